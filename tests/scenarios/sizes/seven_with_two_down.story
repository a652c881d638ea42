# n = 7, f = 2, q = 5: two may be down, three may not (row 31).
nodes 7
submit A
await settled 1 at all within 2s
crash 5 6
submit B
await settled 2 at all within 2s
crash 4
submit C
run 1s
expect executed 2 at all
expect no commit height 3 by 0 1 2 3
restart 4
await settled 3 at all within 10min
