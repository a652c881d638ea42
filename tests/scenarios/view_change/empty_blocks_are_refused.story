# The primary strings empty blocks together, long before one is due (D31, row 37).
nodes 4
idle 10s
submit A
await settled 1 at all within 2s
liar 0
let P be proposal height 2
0 sends pre-prepare P to all
run 50ms
expect no prepare P by 1 2 3
expect sent complaint view 0 saying "rule empty"
await view 1 at all within 1s
