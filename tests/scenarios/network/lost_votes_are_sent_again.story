# All votes of a height are lost: they are sent again on status, whoever signed them (row 16).
nodes 4
run 100ms
drop prepare commit checkpoint
submit A
run 400ms
expect executed 0 at all
heal
await settled 1 at all within 3s
expect view 0 at all
