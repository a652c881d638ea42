# A hears nobody and all hear A: it complains for ever, and moves nobody (row 13, C4, A4).
nodes 4
submit A
await settled 1 at all within 2s
cut 0 1 2 -> 3
submit B
await settled 2 at 0 1 2 within 2s
always view 0 at 0 1 2 for 1min
expect sent complaint from 3
expect no view-change by 0 1 2 3
heal
await settled 20 at all within 5s
expect view 0 at all
