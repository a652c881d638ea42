# Four nodes apart from one another, each alone, with work: nobody commits, nobody's view runs off,
# and blocks come within seconds of the links (C3, D15).
nodes 4
submit A
await settled 1 at all within 2s
partition 0 | 1 | 2 | 3
submit B
always executed 1 at all for 10min
expect no view-change by 0 1 2 3
heal
await settled 2 at all within 5s
