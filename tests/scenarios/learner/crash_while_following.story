# A learner crashes on its way back, and remembers that it is one (consensus.md §3.1, Learner).
nodes 4
submit A
await settled 1 at all within 2s
crash 2
lose-log 2
restart 2
await learner following at 2 within 2s
crash 2
restart 2
run 100ms
expect learner following at 2
await learner returning at 2 within 10s
crash 2
restart 2
run 100ms
expect learner returning at 2
expect no voting at 2
passed-over 0 1 3
await no learner at 2 within 5s
crash 2
restart 2
await voting at 2 within 2s
