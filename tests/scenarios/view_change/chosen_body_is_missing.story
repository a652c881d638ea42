# The new view chooses a digest whose body one node never got: it enters the view, asks those who
# hold the body, and votes (row 19, D29).
nodes 4
submit A
await settled 1 at all within 2s
drop pre-prepare body to 3
drop commit view 0
submit B
run 100ms
let P be proposed height 2
expect no prepare P by 3
drop pre-prepare body prepare commit from 0
await view 1 at 3 within 5s
expect no prepare P by 3
heal
await prepare P view 1 by 3 within 2s
expect sent fetch from 3
await settled 2 at all within 2s
expect block 2 holds B at all
