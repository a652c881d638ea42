# The new primary crashes between the sync of its new-view and its sending: after the restart it is
# in the view, and the others get the new-view from it (row 17).
nodes 4
submit A
await settled 1 at all within 2s
crash 1 after sync of entered
passed-over 0 2 3
submit B
await changing 1 at 0 2 3 within 3s
run 10ms
expect no sent new-view
restart 1
await view 1 at all within 3s
await settled 2 at all within 5s
expect same header 2 at all
