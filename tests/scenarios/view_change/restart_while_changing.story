# A node crashes between the sync of its view-change and its sending, and comes back: it is changing
# still, and sends the same bytes (row 17).
nodes 4
submit A
await settled 1 at all within 2s
crash 0
crash 2 after sync of changing
submit B
await changing 1 at 1 3 within 5s
run 1s
expect changing 1 at 1 3
expect view-change 1 by 2
expect no sent view-change from 2
restart 2
await sent view-change view 1 from 2 within 3s
await settled 2 at 1 2 3 within 5s
expect view 1 at all
