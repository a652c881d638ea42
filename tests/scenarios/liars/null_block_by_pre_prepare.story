# A null proposal comes of a new view's choice alone: a primary cannot propose one (row 6).
nodes 4
liar 0
run 10ms
let N be null height 1
0 sends pre-prepare N to all
run 100ms
expect no prepare N by 1 2 3
