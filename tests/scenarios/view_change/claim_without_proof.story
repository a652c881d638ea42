# A liar's view-change claims a prepared proposal under signatures that nobody made, under too few,
# under one signer twice, or of another epoch: refused whole, and it does not count (row 1, D12).
nodes 4
liar 3
submit A
await settled 1 at all within 2s
crash 0
let P be proposed height 1
3 sends view-change 1 proving prepare P forged to all
3 sends view-change 1 proving prepare P short to all
3 sends view-change 1 proving prepare P twice to all
3 sends view-change 1 proving prepare P other-epoch to all
3 sends view-change 1 proving commit P to all
run 10ms
expect refusal of 3 at 1 2
expect view 0 at 1 2
submit B
await changing 1 at 1 2 within 5s
# Nodes 1 and 2 are no quorum without a good one, and a liar may send it after its bad ones.
run 1s
expect changing 1 at 1 2
3 sends view-change 1 stable 1 to all
await view 1 at 1 2 within 1s
