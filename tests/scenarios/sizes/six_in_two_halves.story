# n = 6, q = 4: two halves of three, which is a literal 2f+1, must both stand (row 31, C3).
nodes 6
submit A
await settled 1 at all within 2s
partition 0 1 2 | 3 4 5
submit B at 0 1 2
submit C at 3 4 5
always executed 1 at all for 20s
heal
await settled 3 at all within 3min
expect same header 3 at all
