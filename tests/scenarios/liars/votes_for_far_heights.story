# Votes, certificates and statuses far ahead move no window and fill no memory (row 11, D11).
nodes 4
liar 3
run 100ms
let FAR be proposal X height 100000
let NEAR be proposal X height 3
3 sends pre-prepare FAR to all
3 sends commit FAR view 7 to all
3 sends prepare NEAR view 9 to all
3 sends status view 900 stable 100000 to all
submit A
await settled 1 at all within 2s
submit B
await settled 2 at all within 2s
submit C
await settled 3 at all within 2s
expect view 0 at all
