# A node that starts votes only after q-1 peers told it what they hold of its own votes; cut off, it
# waits and says so (consensus.md §3.3).
nodes 4
submit A
await settled 1 at all within 2s
crash 2
cut 2
restart 2
submit B
run 5s
expect waits "its peers' answers" at 2
expect no voting at 2
heal
await voting at 2 within 2s
await settled 2 at 2 within 2s
