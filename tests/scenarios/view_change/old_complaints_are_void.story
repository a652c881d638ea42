# A complaint from before the last block is void: it does not add up with another one, and cannot be
# replayed into a view change (row 13).
nodes 4
liar 3
submit A
await settled 1 at all within 2s
3 sends complaint 0 stable 0 to all
submit B
await settled 2 at all within 2s
3 replays complaint from 3 to all
# Node 1 alone waits for X.
submit X at 1
passed-over 1
run 20s
expect sent complaint from 1
expect no view-change by 0 1 2
