# What comes while a height is in flight is ordered together in the next one (consensus.md §4).
nodes 4
run 100ms
submit A
run 2ms
submit B
submit C
await settled 2 at all within 2s
expect block 1 holds A at all
expect block 2 holds B C at all
expect same header 2 at all
