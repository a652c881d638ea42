# A second copy of a node's key votes while the node runs: the node sees a vote that it never made,
# and votes no more (A11).
nodes 4
submit A
await settled 1 at all within 2s
stolen 2
let P be proposal X height 2
2 sends prepare P to 0 1 3
await learner at 2 within 2s
expect no commit height 3 by 2
submit B
await settled 2 at all within 5s
