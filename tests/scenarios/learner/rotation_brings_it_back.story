# In a calm network no view fails; planned rotation brings the view from which a learner may vote
# (row 38, consensus.md §3.4).
nodes 4
rotation 10 heights
submit A
await settled 1 at all within 2s
crash 3
lose-log 3
restart 3
await learner returning at 3 within 10s
always view 0 at all for 2s
await no learner at 3 within 15s
expect view 1 at all
forget sent
await sent commit from 3 within 3s
