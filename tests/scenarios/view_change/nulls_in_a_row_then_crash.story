# Window 4, and two view changes in a row over the same gap: the null proposals that view 1 chose are
# chosen again by view 2, also after everybody's restart (rows 6 and 8).
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
run 50ms
let P be proposed height 4
let N be null height 2
expect commit P view 0 by 0 1 2 3
heal
drop commit view 0
drop commit view 1
drop prepare view 0
passed-over all
await prepare N view 1 by 0 1 2 3 within 3s
await commit P view 1 by 0 1 2 3 within 3s
crash 0 1 2 3
restart 0 1 2 3
run 100ms
passed-over all
await view 2 at all within 3s
await settled 4 at all within 5s
expect block 2 is null at all
expect block 3 is null at all
expect block 4 holds D at all
expect same header 4 at all
