# The copy of the log is from before a view-change: a peer shows it, so the node cannot vote in the
# view that it left (A12, row 34).
nodes 4
submit A
await settled 1 at all within 2s
save-log 2 as OLD
drop new-view
passed-over all
await changing 1 at all within 1s
crash 2
load-log 2 from OLD
restart 2
await learner at 2 within 2s
heal
submit B
await settled 2 at all within 30s
expect no prepare height 2 view 0 by 2
