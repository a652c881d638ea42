# The whole cluster loses power between prepare and commit, and later between commit and execution:
# nothing that was agreed is lost (A6).
nodes 4
run 100ms
crash 0 1 2 3 after sync of prepared
submit A
run 100ms
restart 0 1 2 3
await settled 1 at all within 10s
crash 0 1 2 3 after sync of committed
submit B
run 100ms
restart 0 1 2 3
await settled 2 at all within 10s
expect block 1 holds A at all
expect same header 2 at all
