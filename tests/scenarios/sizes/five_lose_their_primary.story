# n = 5, f = 1, q = 4: the four that are left are just a quorum for the view change (row 31).
nodes 5
submit A
await settled 1 at all within 2s
crash 0
submit B
await settled 2 at all within 2s
expect view 1 at all
crash 2
submit C
run 20s
expect executed 2 at all
expect no fact "entered view=2" at 1 3 4
restart 2
await settled 3 at all within 2min
