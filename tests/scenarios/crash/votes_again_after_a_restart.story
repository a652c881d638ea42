# A crash after the commit vote left: the vote is in the log, the height is decided with it, and the
# node says the same again (P5, row 26).
nodes 4
submit A
await settled 1 at all within 2s
drop commit
submit B
run 50ms
crash 1 2 3
restart 1 2 3
run 100ms
expect executed 1 at all
expect voting at all
heal
await settled 2 at all within 5s
expect block 2 holds B at all
expect view 0 at all
