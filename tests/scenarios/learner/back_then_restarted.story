# A node that lost its log and came back restarts: what it forgot and has outlived is no new loss.
nodes 4
submit A
await settled 1 at all within 2s
passed-over all
await view 1 at all within 3s
expect view-change 1 by 3
crash 3
lose-log 3
restart 3
await learner returning at 3 within 10s
cut 3
passed-over 0 1 2
await view 2 at 0 1 2 within 3s
heal
await no learner at 3 within 5s
submit B
await settled 4 at all within 10s
crash 3
restart 3
always no learner at 3 for 5s
