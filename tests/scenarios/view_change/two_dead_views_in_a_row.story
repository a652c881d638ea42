# n = 7: the primaries of views 1 and 2 are cut off, not dead; they come back with old complaints and
# old views and disturb nobody (D15, D28).
nodes 7
submit A
await settled 1 at all within 2s
cut 1
cut 2
crash 0
restart 0
passed-over 0 3 4 5 6
submit B
await settled 2 at 0 3 4 5 6 within 30s
expect view 3 at 0 3 4 5 6
heal
await view 3 at all within 3s
always view 3 at all for 20s
await settled 10 at all within 30s
