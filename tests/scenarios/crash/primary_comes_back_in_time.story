# The primary crashes and is back before anybody's patience ends: its view goes on (A1).
nodes 4
submit A
await settled 1 at all within 2s
crash 0
submit B
run 300ms
restart 0
submit B at 0
await settled 2 at all within 2s
expect view 0 at all
