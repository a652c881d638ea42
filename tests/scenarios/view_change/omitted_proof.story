# A liar leaves out of its view-change what it helped to prepare: the quorum's overlap has it
# (D12, row 4).
nodes 4
submit A
await settled 1 at all within 2s
drop commit view 0
submit B
run 100ms
let P be proposed height 2
liar 3
crash 0
3 sends complaint 0 stable 1 to all
await changing 1 at 1 2 within 5s
heal
3 sends view-change 1 stable 1 to all
await view 1 at 1 2 within 2s
3 sends prepare P view 1 to all
3 sends commit P view 1 to all
await executed 2 at 1 2 within 2s
expect block 2 holds B at all
