# The new primary dies when its new-view has reached one node: that node brings it to the others
# (D14, row 16).
nodes 4
submit A
await settled 1 at all within 2s
drop new-view from 1 to 0 3
passed-over 0 2 3
submit B
await view 1 at 2 within 2s
expect changing 1 at 0 3
crash 1
await view 1 at 0 3 within 2s
expect sent new-view view 1 from 2 to 0
await settled 2 at all within 5s
submit C
await settled 3 at all within 10s
expect view 2 at all
