# A learner's node is up and the network lacks one vote: it stands rather than take a forgetful one
# (row 34).
nodes 4
idle 30s
submit A
await settled 1 at all within 2s
crash 2
lose-log 2
restart 2
await learner following at 2 within 2s
crash 3
submit B
run 20s
expect executed 1 at 0 1
expect no prepare height 2 by 2
expect no commit height 2 by 2
expect no commit height 2 by 0 1
expect no view-change by 2
expect waits "learner" at 2
restart 3
await settled 3 at all within 2min
