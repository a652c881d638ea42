# Window 4: four prepared heights survive a view change, whose laggard is one of the quorum
# (rows 7, 8 and 9).
nodes 5
window 4
idle 20s
submit A
await settled 1 at all within 2s
cut 4
submit B
await settled 2 at 0 1 2 3 within 2s
drop commit view 0
submit C
run 20ms
submit D
run 20ms
submit E
run 20ms
submit F
run 50ms
let P be proposed height 3
let Q be proposed height 6
expect commit P by 0 1 2 3
expect commit Q by 0 1 2 3
crash 0
heal
drop commit view 0
await settled 6 at all within 10s
expect view 1 at all
expect view-change 1 by 4
expect commit P view 1 by 1 2 3
expect commit Q view 1 by 1 2 3
expect block 4 holds D at all
expect same header 6 at all
