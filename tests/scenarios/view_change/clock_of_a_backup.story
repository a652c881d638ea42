# A backup whose clock is 24 minutes late refuses in vain: the others are a quorum, it complains
# alone, and it follows (D10).
nodes 4
submit A
await settled 1 at all within 2s
clock 3 -24min
submit B
await settled 2 at all within 2s
run 5s
expect view 0 at all
expect sent complaint from 3 saying "rule clock"
