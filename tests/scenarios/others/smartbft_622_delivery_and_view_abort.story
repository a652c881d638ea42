# SmartBFT #622: the delivery of a decided block and the abort of its view waited for each other.
# Here every ledger still executes while the view ends, and both come to their ends.
nodes 4
idle 30s
submit A
await settled 1 at all within 2s
slow-ledger 0 2s
slow-ledger 1 2s
slow-ledger 2 2s
slow-ledger 3 2s
submit B
run 100ms
expect commit height 2 by 0 1 2 3
expect executed 1 at all
passed-over all
await view 1 at all within 1s
expect executed 1 at all
await settled 2 at all within 10s
submit C
await settled 3 at all within 10s
expect block 3 holds C at all
