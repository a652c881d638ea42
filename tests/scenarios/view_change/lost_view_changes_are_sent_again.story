# Every view-change and new-view is lost once: any holder sends them again on status (row 16).
nodes 4
submit A
await settled 1 at all within 2s
crash 0
drop view-change new-view complaint
submit B
run 3s
expect view 0 at all
heal
drop view-change from 1 to 2
drop view-change from 3 to 1
await settled 2 at all within 10s
expect same header 2 at all
