# A new-view comes while a node still fetches blocks: both go on, whichever comes last (row 18).
nodes 4
submit A
await settled 1 at all within 2s
slow-ledger 3 1500ms
submit B
await settled 2 at 0 1 2 within 2s
passed-over 0 1 2
await view 1 at all within 3s
submit C
await settled 3 at 0 1 2 within 3s
await settled 3 at 3 within 10s
submit D
await settled 4 at all within 10s
