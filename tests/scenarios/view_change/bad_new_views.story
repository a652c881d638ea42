# The primary of view 1 sends new-views with too few view-changes and with one signer twice: refused,
# complained of, and view 2 begins (row 5, D13).
nodes 4
submit A
await settled 1 at all within 2s
liar 1
passed-over 0 2 3
submit B
await changing 1 at 0 2 3 within 2s
1 sends new-view 1 from 0 2 to all
1 sends new-view 1 from 0 0 2 to all
1 sends new-view 1 from 2 0 3 to all
run 100ms
expect no fact "entered view=1" at 0 2 3
await view 2 at all within 10s
expect sent complaint view 1 saying "reason no new view"
await settled 2 at all within 5s
expect block 2 holds B at all
