# SmartBFT #663: a sync that ended at the height where it began reset a counter, and the node
# refused what came next. Here a certificate of the height that a node has changes nothing.
nodes 4
idle 10s
submit A
await settled 1 at all within 2s
liar 3
let H be header height 1
let P be proposed height 1
3 sends block-certificate H to all
3 sends certificate commit P to all
3 sends block-certificate H to all
run 1s
submit B
await settled 2 at all within 2s
expect block 2 holds B at all
expect view 0 at all
