# A crash between sync and send: the vote stands in the log, and leaves with the same bytes after
# the restart (consensus.md §3.2).
nodes 4
run 100ms
crash 1 2 after sync of prepared
submit A
run 100ms
expect commit height 1 by 1 2
expect executed 0 at 0 3
restart 1 2
await settled 1 at all within 5s
expect block 1 holds A at all
expect same header 1 at all
