# What view 0 prepared survives views 1 and 2, which nobody entered, and is decided in view 3 (row
# 8). A view change that carried the last view's proof alone would lose it.
nodes 7
submit A
await settled 1 at all within 2s
crash 1 2
drop commit view 0
submit B
run 100ms
let P be proposed height 2
expect commit P by 0 3 4 5 6
await settled 2 at all within 1min
expect view 3 at all
expect view-change 1 by 0 3 4 5 6
expect view-change 2 by 0 3 4 5 6
expect block 2 holds B at all
expect commit P view 3 by 3 4 5 6
