# No view begins for ten minutes, since every new-view is lost: the waits double up to a minute and
# no further, so there are some fifteen views and not three or a thousand (row 14, D15).
nodes 4
submit A
await settled 1 at all within 2s
drop new-view
passed-over all
submit B
run 10min
expect no view-change 20 by 0 1 2 3
expect view-change 12 by 0 1 2 3
heal
await settled 2 at all within 3min
# Each stable height takes the back-off down by one.
await settled 20 at all within 2min
