# The primary gives q-1 nodes one proposal and the last another one, and votes for both: the first
# is committed, the starved node follows by certificate (D1, D8).
nodes 4
liar 0
run 100ms
let P be proposal X height 1
let Q be proposal Y height 1
0 sends pre-prepare P to 1 2
0 sends pre-prepare Q to 3
0 sends commit P to 1 2
await executed 1 at 1 2 within 1s
0 sends commit Q to 3
await settled 1 at 3 within 5s
expect prepare Q by 3
expect block 1 holds X at all
expect same header 1 at all
