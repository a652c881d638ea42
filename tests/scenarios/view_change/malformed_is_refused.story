# A submission in the proposal is not what it should be: nobody prepares it, and the complaint names
# the rule instead of a timeout in silence (row 22, D9).
nodes 4
submit A
await settled 1 at all within 2s
liar 0
let P be proposal ! height 2
0 sends pre-prepare P to 1 2
run 50ms
expect no prepare P by 1 2 3
expect sent complaint view 0 from 1 saying "rule form"
await view 1 at all within 1s
