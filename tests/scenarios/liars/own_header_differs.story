# A node whose own execution came to another header than the quorum's halts, loudly and for good;
# the others go on (row 36, D17).
nodes 4
may-halt 2
executes-wrongly 2
submit A
await settled 1 at 0 1 3 within 2s
run 10ms
expect halted 2 "own header of height 1"
restart 2
run 1s
expect halted 2 "own header of height 1"
submit B
await settled 2 at all within 2s
