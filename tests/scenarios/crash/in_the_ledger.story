# The ledger has the block, and the node dies before its replica is told: after the restart it is
# not executed again (A1).
nodes 4
run 100ms
crash 1 2 in ledger
submit A
run 100ms
restart 1 2
await settled 1 at all within 5s
expect executed 1 at all
expect same header 1 at all
submit B
await settled 2 at all within 5s
