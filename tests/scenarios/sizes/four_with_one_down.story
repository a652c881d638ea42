# n = 4, q = 3: the network goes on with f = 1 node down, and stands with two (row 31, D3).
nodes 4
submit A
await settled 1 at all within 2s
crash 3
submit B
await settled 2 at all within 2s
crash 2
submit C
run 1s
expect executed 2 at all
expect no commit height 3 by 0 1
restart 2
await settled 3 at all within 10min
expect same header 3 at all
