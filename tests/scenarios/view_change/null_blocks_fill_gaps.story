# Window 4: height 4 is prepared, 2 and 3 are not. The new view fills them with null proposals and
# decides height 4 as it was; what the nulls pushed out is ordered after it (row 6).
nodes 4
window 4
idle 10s
submit A
await settled 1 at all within 2s
drop prepare height 2
drop prepare height 3
drop commit view 0
submit B
run 20ms
submit C
run 20ms
submit D
run 100ms
let P be proposed height 4
expect commit P by 0 1 2 3
expect no commit height 2 by 0 1 2 3
heal
drop prepare view 0
drop commit view 0
await settled 4 at all within 10s
expect view 1 at all
expect block 2 is null at all
expect block 3 is null at all
expect block 4 holds D at all
await settled 5 at all within 5s
expect block 5 holds B C at all
expect same header 5 at all
