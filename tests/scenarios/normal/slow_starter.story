# The first block waits for all links, so that who starts slowly is not left behind; at most for the
# idle time (consensus.md §4, The first block).
nodes 4
idle 3s
cut 3
submit A
run 2s
expect no sent pre-prepare
heal
await settled 1 at all within 2s
expect block 1 holds A at all
