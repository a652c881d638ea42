# Window 4: heights 2 to 4 are proposed while height 1 is still on its way, and all are executed in
# order (consensus.md §4, Window).
nodes 4
window 4
idle 10s
hold checkpoint
submit A
run 20ms
submit B
run 20ms
submit C
run 20ms
submit D
run 20ms
submit E
run 100ms
# Height 5 is outside of the window until height 1 is certified.
expect sent pre-prepare height 4 from 0
expect no sent pre-prepare height 5
expect stable 0 at all
release checkpoint
heal
await settled 5 at all within 2s
expect block 1 holds A at all
expect block 4 holds D at all
expect block 5 holds E at all
