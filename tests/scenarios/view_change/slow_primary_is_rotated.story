# A primary that stays just under the timeout keeps its turn, and no more than that (D5).
nodes 4
rotation 5 heights
submit A
await settled 1 at all within 2s
delay 1s pre-prepare from 0
always view 0 at all for 4s
await view 1 at all within 15s
expect executed 5 at all
expect no sent complaint saying "reason no progress"
