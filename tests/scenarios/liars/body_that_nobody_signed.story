# Bodies that no vote names are not kept, whoever brings them, and a wrong body cannot take the right
# one's place (D29, row 24).
nodes 4
liar 3
submit A
await settled 1 at all within 2s
drop pre-prepare to 2
let P be proposal X height 2
let Q be proposal Y height 2
3 sends body P to all
submit B
run 10ms
3 sends body Q to 2
await settled 2 at all within 3s
expect block 2 holds B at all
