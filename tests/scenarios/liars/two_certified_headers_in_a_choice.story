# With f+1 keys stolen a node commits a block that the others never heard of, and they decide
# another one: who sees both halts with both digests rather than choose (D23, row 26).
nodes 4
beyond-f
may-halt 1
run 100ms
liar 0 3
let P be proposal X height 1
let Q be proposal Y height 1
0 sends pre-prepare P to 1
3 sends prepare P to 1
0 sends commit P to 1
3 sends commit P to 1
await executed 1 at 1 within 1s
expect block 1 holds X at 1
cut 1
0 sends pre-prepare Q to 2
3 sends prepare Q to 2
0 sends commit Q to 2
3 sends commit Q to 2
await executed 1 at 2 within 1s
expect block 1 holds Y at 2
heal
0 sends certificate commit Q to 1
await halted 1 "committed with two proposals" within 2s
