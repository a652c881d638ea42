# More than f logs are lost: the network stands and says so, and never forks (D24).
nodes 4
submit A
await settled 1 at all within 2s
crash 2 3
lose-log 2 3
restart 2 3
submit B
run 2min
expect executed 1 at all
expect waits "learner" at 2 3
expect no voting at 2 3
expect no commit height 2 by 0 1 2 3
