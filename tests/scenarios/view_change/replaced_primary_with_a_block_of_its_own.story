# The old primary proposed to itself alone: nobody prepared it, the new view orders something else
# there, and the old primary follows (row 26).
nodes 4
submit A
await settled 1 at all within 2s
cut 0
submit B at 0
submit C at 1 2 3
run 10ms
let P be proposed height 2
expect prepare P by 0
await settled 2 at 1 2 3 within 5s
expect block 2 holds C at 1 2 3
heal
await settled 2 at 0 within 3s
expect block 2 holds C at 0
submit B
await settled 3 at all within 3s
expect same header 3 at all
