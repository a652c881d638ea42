# A new-view counts from its view's primary alone (row 5, D13).
nodes 4
submit A
await settled 1 at all within 2s
liar 3
crash 1
passed-over 0 2
submit B
await changing 1 at 0 2 within 2s
3 sends new-view 1 from 0 2 3 to 0 2
run 10ms
expect refusal of 3 at 0 2
expect changing 1 at 0 2
