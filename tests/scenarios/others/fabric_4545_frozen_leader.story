# Fabric #4545: a leader that froze with its links up could not be replaced. Here it is replaced by
# what it does not do; when it thaws it follows.
nodes 4
submit A
await settled 1 at all within 2s
pause 0
submit B at 1 2 3
await settled 2 at 1 2 3 within 2s
expect primary 1 at 1 2 3
run 1min
continue 0
always view 1 at 1 2 3 for 2s
submit C
await settled 60 at all within 2min
expect primary 1 at all
