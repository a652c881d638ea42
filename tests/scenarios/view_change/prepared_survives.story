# Prepared everywhere, committed nowhere: the next view proposes it again under its old digest, and
# nothing else at that height (rows 7 and 26).
nodes 4
submit A
await settled 1 at all within 2s
drop commit view 0
submit B
run 100ms
let P be proposed height 2
expect commit P view 0 by 0 1 2 3
expect executed 1 at all
await settled 2 at all within 5s
expect view 1 at all
expect block 2 holds B at all
expect commit P view 1 by 1 2 3
