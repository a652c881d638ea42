# Nothing to order and a dead primary: the idle block that is due shows it (D4).
nodes 4
idle 5s
submit A
await settled 1 at all within 2s
crash 0
always view 0 at all for 5s
await view 1 at all within 3s
await settled 2 at all within 6s
expect block 2 is empty at all
