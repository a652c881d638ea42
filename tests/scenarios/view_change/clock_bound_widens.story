# No two clocks agree within the bound: it widens with each failed view, so that a bad choice of it
# cannot halt the network (D10, consensus.md §8).
nodes 4
clock-bound 3s
clock 1 +10s
clock 2 +20s
clock 3 +30s
submit A
await settled 1 at all within 3min
expect same header 1 at all
