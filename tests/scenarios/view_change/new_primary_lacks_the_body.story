# The new primary itself lacks the body of what it must propose again (row 19).
nodes 4
submit A
await settled 1 at all within 2s
drop pre-prepare body to 1
drop commit view 0
submit B
run 100ms
let P be proposed height 2
crash 0
heal
drop commit view 0
await settled 2 at all within 5s
expect commit P view 1 by 1 2 3
expect block 2 holds B at all
