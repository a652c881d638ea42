# A certificate of the view to enter, or of one above it, proves nothing about the views below
# (row 1, row 2).
nodes 4
liar 3
submit A
await settled 1 at all within 2s
let P be proposed height 1
3 sends view-change 5 proving prepare P to all
run 10ms
expect no refusal of 3 at 0 1 2
# The same certificate, below C.
3 sends view-change 6 stable 1 proving prepare P to all
run 10ms
expect refusal of 3 at 0 1 2
expect view 0 at all
