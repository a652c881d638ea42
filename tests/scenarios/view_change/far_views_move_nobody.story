# One liar's view-changes for far views fill its own slot and move nobody (row 11, D11).
nodes 4
liar 3
submit A
await settled 1 at all within 2s
3 sends view-change 5 to all
3 sends view-change 1000 to all
3 sends view-change 999999 to all
3 sends status view 999999 changing to all
submit B
always view 0 at all for 5s
expect no view-change by 0 1 2
expect executed at-least 2 at all
