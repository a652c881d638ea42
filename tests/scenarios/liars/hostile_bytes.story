# Bytes that do not decode end as a mark against who brought them, in no process (row 28).
nodes 4
liar 3
run 10ms
3 sends garbage to all
run 10ms
expect refusal of 3 at 0 1 2
submit A
await settled 1 at all within 2s
