# The primary dies with its proposal in the log: after its restart it proposes no other one there.
nodes 4
run 100ms
crash 0 after sync of proposed
submit A
run 100ms
expect prepare height 1 by 0
expect no sent pre-prepare
restart 0
await settled 1 at all within 10s
expect same header 1 at all
