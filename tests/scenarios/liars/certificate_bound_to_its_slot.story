# A prepared certificate is no commit certificate, and the votes of one height prove nothing about
# another (row 2).
nodes 4
liar 3
run 100ms
drop commit
submit A
await prepare height 1 by 0 1 2 within 1s
let P be proposed height 1
3 sends certificate prepare P to all
run 50ms
expect executed 0 at all
heal
await settled 1 at all within 3s
