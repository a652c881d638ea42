# A certificate by true signatures over another epoch's statement is judged against the set of its
# height: refused (D21).
nodes 4
liar 3
submit A
await settled 1 at all within 2s
let P be proposal X height 2
let H be header height 1
3 sends certificate commit P other-epoch to 0 1 2
3 sends block-certificate H other-epoch to 0 1 2
run 10ms
expect refusal of 3 at 0 1 2
submit B
await settled 2 at all within 2s
expect block 2 holds B at all
