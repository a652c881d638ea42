# A node that is five blocks behind is needed for the quorum: its old stable block counts, and the
# view starts at the highest one that any of them proves (rows 9 and 10).
nodes 4
idle 1s
submit A
await settled 1 at all within 2s
cut 3
await settled 6 at 0 1 2 within 20s
expect stable 1 at 3
crash 0
heal
drop block-certificate checkpoint to 3
submit B at 1 2
await view 1 at 1 2 3 within 5s
expect view-change 1 by 3
heal
await settled 7 at all within 5s
expect same header 7 at all
