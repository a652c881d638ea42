# One liar says that the primary's turn is over: what it stands on is in the ledger of all, and f+1
# must say so (row 38, D28).
nodes 4
liar 3
submit A
await settled 1 at all within 2s
3 sends complaint 0 rotation stable 1 to all
always view 0 at all for 10s
