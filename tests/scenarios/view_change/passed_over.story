# The primary orders others' submissions and never this one: f+1 nodes that saw it complain, and the
# next primary orders it (row 21, D6).
nodes 4
submit A
await settled 1 at all within 2s
submit X at 1 2 3
passed-over 1 2 3
await settled 2 at all within 3s
expect view 1 at all
expect sent complaint saying "reason passed over"
await block 2 holds X at all within 3s
