# The whole cluster loses power with a prepared proposal in the middle of a view change, twice: the
# proposal is decided in the view that follows (A6, rows 8 and 17).
nodes 4
submit A
await settled 1 at all within 2s
drop commit view 0
drop new-view
submit B
await changing 1 at 0 2 3 within 5s
run 50ms
let P be proposed height 2
crash 0 1 2 3
restart 0 1 2 3
run 300ms
expect changing 1 at 0 2 3
expect view 1 at 1
crash 0 1 2 3
restart 0 1 2 3
heal
await settled 2 at all within 5s
expect block 2 holds B at all
expect commit P view 1 by 1 2 3
