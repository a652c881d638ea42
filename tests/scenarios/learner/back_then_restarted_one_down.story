# The same, and node 0 is down for good: were node 3 a learner again, two of four could not vote.
nodes 4
submit A
await settled 1 at all within 2s
passed-over all
await view 1 at all within 3s
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
await settled 7 at all within 10s
run 2s
crash 0
submit C
await settled 12 at 1 2 3 within 1min
crash 3
restart 3
submit D
run 500ms
await settled 20 at 1 2 3 within 30min
