# Nothing to order: the primary proposes an empty block when the idle time is over, so that ledger
# time moves on and a dead primary shows (consensus.md §4, Batches).
nodes 4
idle 5s
run 4s
expect stable 0 at all
await settled 1 at all within 3s
expect block 1 is empty at all
expect view 0 at all
