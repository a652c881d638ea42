# A node crashes at one point, and at its next sync again (A2).
nodes 4
submit A
await settled 1 at all within 2s
crash 3 before sync of prepared
submit B
run 50ms
restart 3
crash 3 after sync
run 2s
restart 3
await settled 2 at all within 3s
submit C
await settled 3 at all within 2s
expect same header 3 at all
