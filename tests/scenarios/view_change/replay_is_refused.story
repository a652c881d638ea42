# The primary proposes what is committed already: refused by every node, a complaint names the rule,
# and the view ends (D31, row 37, row 22).
nodes 4
submit A
await settled 1 at all within 2s
liar 0
let P be proposal A height 2
0 sends pre-prepare P to all
run 50ms
expect no prepare P by 1 2 3
expect sent complaint view 0 saying "reason refused, rule replay"
submit B
await settled 2 at all within 3s
expect view 1 at all
expect block 2 holds B at all
