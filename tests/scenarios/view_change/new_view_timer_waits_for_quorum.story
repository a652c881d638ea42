# Two of four change to view 1 and no quorum comes: they wait there, and do not run off to higher
# views alone (row 15).
nodes 4
submit A
await settled 1 at all within 2s
partition 0 1 | 2 3
submit B
await changing 1 at all within 5s
always changing 1 at all for 5min
heal
await settled 2 at all within 5s
expect view 1 at all
