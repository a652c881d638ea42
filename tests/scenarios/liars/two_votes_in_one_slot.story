# A backup votes for two proposals in one slot: one vote counts, and the other is a fact (D2).
nodes 4
liar 3
run 100ms
let P be proposal X height 1
let Q be proposal Y height 1
3 sends prepare P to all
3 sends prepare Q to all
3 sends commit P to all
3 sends commit Q to all
run 10ms
expect fact "two_votes_in_one_slot node=3 height=1" at 0 1 2
submit A
await settled 1 at all within 3s
expect block 1 holds A at all
