# A new-view that was held back comes when its view is over: it takes nobody back (row 11, D14).
nodes 4
submit A
await settled 1 at all within 2s
hold new-view view 1 to 0 3
passed-over all
await view 1 at 1 2 within 1s
passed-over 1 2
await view 2 at all within 5s
release new-view
run 1s
expect view 2 at all
submit B
await settled 2 at all within 3s
expect view 2 at all
