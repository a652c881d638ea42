# A liar answers a learner with genesis, to have it vote too early: the highest certified height
# among q answers counts, and a certificate cannot be inflated (row 34).
nodes 7
idle 1s
liar 6
submit A
await settled 5 at all within 10s
crash 2
lose-log 2
restart 2
run 1ms
6 sends answer stable 0 for 2 to 2
await learner following at 2 within 2s
expect fact "limit=7" at 2
expect no commit height 6 by 2
await learner returning at 2 within 10s
