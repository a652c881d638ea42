# A view change lasts an hour: what was prepared before it is proposed again under its old time, and
# nobody's clock judges it (row 35).
nodes 4
submit A
await settled 1 at all within 2s
drop commit view 0
submit B
run 100ms
let P be proposed height 2
drop everything
run 60min
heal
await settled 2 at all within 3min
expect block 2 holds B at all
expect no sent complaint saying "rule clock"
