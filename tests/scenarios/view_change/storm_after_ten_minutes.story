# Ten minutes in two halves, then the links return: blocks come again within the bound (D15, C3,
# reliability.md §4.6).
nodes 6
submit A
await settled 1 at all within 2s
partition 0 1 2 | 3 4 5
submit B
run 10min
heal
await settled 2 at all within 10s
expect same header 2 at all
