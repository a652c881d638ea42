# An older copy of the disk comes back: a peer shows a vote that the log lacks, and the node becomes
# a learner rather than vote again (A12, row 34).
nodes 4
submit A
await settled 1 at all within 2s
save-log 2 as OLD
drop commit
submit B
run 50ms
expect commit height 2 by 2
crash 2
load-log 2 from OLD
restart 2
await learner at 2 within 2s
heal
expect fact "which its log lacks" at 2
await settled 2 at all within 10s
expect block 2 holds B at all
