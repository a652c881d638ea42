# A crash before the sync forgets a vote that nobody saw: the node may vote again, as it likes (P5).
nodes 4
run 100ms
crash 2 before sync of voted
submit A
await settled 1 at 0 1 3 within 1s
expect no prepare height 1 by 2
restart 2
await settled 1 at all within 3s
expect same header 1 at all
