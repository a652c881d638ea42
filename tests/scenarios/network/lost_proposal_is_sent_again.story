# A proposal that one node did not get is fetched from those who voted for it (row 16).
nodes 4
run 100ms
drop pre-prepare to 3
submit A
await settled 1 at 0 1 2 within 1s
await executed 1 at 3 within 3s
expect same header 1 at all
expect view 0 at all
