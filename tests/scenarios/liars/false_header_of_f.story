# One node lies about the header that came of a block: q equal ones are needed, and the liar is
# named (D16).
nodes 4
liar 3
run 100ms
hold checkpoint to 0 1 2
hold commit to 2
submit A
await executed 1 at 0 1 within 1s
let LIE be false-header height 1
heal
3 sends checkpoint LIE to 0 1 2
run 10ms
expect stable 0 at all
release commit
release checkpoint
await settled 1 at all within 3s
expect fact "header_mismatch height=1 node=3" at 2
expect same header 1 at all
