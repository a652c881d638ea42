# n = 6, f = 1, q = 4: a view change with one down; with three left nobody enters a view (row 31).
nodes 6
submit A
await settled 1 at all within 2s
crash 0
submit B
await settled 2 at all within 2s
expect view 1 at all
crash 2 3
submit C
run 20s
expect executed 2 at all
restart 2
await settled 3 at all within 2min
expect same header 3 at all
