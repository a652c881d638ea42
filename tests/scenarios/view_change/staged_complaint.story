# A liar shows a bad body that the primary never signed: no cause for a complaint (row 22).
nodes 4
submit A
await settled 1 at all within 2s
liar 3
let P be proposal ! height 2
3 sends body P to all
3 sends prepare P to all
always view 0 at all for 5s
expect no sent complaint from 0 1 2
