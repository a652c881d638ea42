# n = 5, q = 4: three votes, which is a literal 2f+1, are not enough (row 31).
nodes 5
submit A
await settled 1 at all within 2s
crash 4
submit B
await settled 2 at all within 2s
crash 3
submit C
run 1s
expect executed 2 at all
expect prepare height 3 by 0 1 2
expect no commit height 3 by 0 1 2
restart 3
await settled 3 at all within 10min
