# The primary and one backup cannot reach each other, and both reach the rest: votes are passed on
# and bodies fetched, so the view goes on (C4).
nodes 4
submit A
await settled 1 at all within 2s
cut 0 - 3
submit B
await settled 2 at all within 3s
await settled 6 at all within 20s
expect view 0 at all
expect same header 6 at all
