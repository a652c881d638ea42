# The lost log held a commit vote that completed a quorum one node saw: the forgetful node must not
# vote for another proposal there, and the block stands (row 34, D24).
nodes 4
submit A
await settled 1 at all within 2s
drop commit to 1 2 3
submit B
await executed 2 at 0 within 1s
cut 0
crash 2
lose-log 2
heal
drop commit checkpoint block-certificate certificate from 0
cut 0
restart 2
run 20s
expect no prepare view 1 by 2
expect no view-change by 2
heal
await settled 2 at all within 1min
expect block 2 holds B at all
