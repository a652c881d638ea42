# The normal case: one submission goes through pre-prepare, prepare, commit and checkpoint.
nodes 4
submit A
await settled 1 at all within 2s
expect block 1 holds A at all
expect same header 1 at all
expect view 0 at all
expect sent pre-prepare height 1 from 0
expect no sent pre-prepare from 1 2 3
