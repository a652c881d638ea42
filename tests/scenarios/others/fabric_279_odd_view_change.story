# SmartBFT-Go/fabric #279: an odd view-change message crashed the orderer. Here each is refused or
# ignored, and the network goes on and can still change its view.
nodes 4
liar 3
submit A
await settled 1 at all within 2s
let P be proposed height 1
let FAR be proposal X height 900
3 sends view-change 0 to all
3 sends view-change 1 stable 1 proving commit P to all
3 sends view-change 2 proving prepare P proving prepare P to all
3 sends view-change 3 stable 1 proving prepare FAR forged to all
3 sends view-change 4 proving prepare P other-epoch to all
3 sends new-view 3 from 3 3 3 to all
3 sends new-view 0 from 3 to all
run 100ms
expect refusal of 3 at 0 1 2
expect view 0 at all
3 sends view-change 1 to all
passed-over 0 1
submit B
await settled 2 at all within 5s
expect view 1 at all
