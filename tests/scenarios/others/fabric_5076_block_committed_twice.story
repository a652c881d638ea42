# Fabric #5076: block sync committed a block that consensus had committed already. Here whichever
# comes first hands the height over, and the other one changes nothing.
nodes 4
run 100ms
hold checkpoint to 3
drop commit to 3
submit A
await settled 1 at 0 1 2 within 1s
# Node 3 gets the block's certificate on status and fetches the block; then the commits come too.
await executed 1 at 3 within 3s
let P be proposed height 1
liar 2
2 sends certificate commit P to 3
release checkpoint
heal
submit B
await settled 2 at all within 3s
expect executed 2 at all
expect same header 2 at all
