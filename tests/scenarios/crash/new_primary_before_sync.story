# The new primary loses its new-view before the sync: nobody saw it, and after the restart it makes
# one of what it hears then (row 17, P5).
nodes 4
submit A
await settled 1 at all within 2s
crash 1 before sync of entered
passed-over 0 2 3
submit B
await changing 1 at 0 2 3 within 1s
run 50ms
expect no sent new-view
restart 1
await view 1 at all within 5s
await settled 2 at all within 5s
expect same header 2 at all
