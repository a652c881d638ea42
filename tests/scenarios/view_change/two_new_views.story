# A primary sends two new-views of one view, of different view-changes: both lead to the same state
# or to none, and one block comes of it (D13).
nodes 4
submit A
await settled 1 at all within 2s
liar 1
passed-over 0 2 3
submit B
await changing 1 at 0 2 3 within 2s
1 sends new-view 1 from 0 2 3 to 0 2
1 sends new-view 1 from 0 1 2 3 to 3
run 100ms
expect view 1 at 0 2 3
1 sends new-view 1 from 0 1 2 3 to 0
run 10ms
expect fact "two_new_views_of_one_view node=1 view=1" at 0
await settled 2 at all within 10s
expect same header 2 at all
