# The primary sends one proposal to one backup and another one to the next: neither is prepared,
# and the view ends without anybody's loss (D1).
nodes 4
liar 0
run 100ms
submit Z
let P be proposal X height 1
let Q be proposal Y height 1
0 sends pre-prepare P to 1
0 sends pre-prepare Q to 2
run 100ms
expect prepare P by 1
expect prepare Q by 2
expect no commit by 1 2 3
await settled 1 at all within 10s
expect view 1 at all
await settled 2 at all within 5s
expect same header 2 at all
