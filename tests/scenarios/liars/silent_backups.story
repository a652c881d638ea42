# f nodes withhold all their votes: the others are a quorum (D3).
nodes 7
liar 5 6
submit A
await settled 1 at all within 2s
submit B
await settled 2 at all within 2s
expect view 0 at all
