# A node loses its vote log: it follows and does not vote, until whatever it forgot is decided and a
# later view has begun (row 34, consensus.md §3.4).
nodes 4
submit A
await settled 1 at all within 2s
crash 2
lose-log 2
restart 2
await learner following at 2 within 2s
expect no voting at 2
submit B
await settled 2 at all within 2s
expect no commit height 2 by 2
# The limit is stable, and a commit above it names the view.
await learner returning at 2 within 10s
expect no voting at 2
expect view 0 at all
passed-over 0 1 3
await view 1 at all within 3s
await no learner at 2 within 3s
expect voting at 2
forget sent
submit C
await sent commit from 2 within 2s
# Now it counts: the network goes on without another one.
crash 3
submit D
run 2s
await sent checkpoint from 2 within 2s
expect same header 2 at all
