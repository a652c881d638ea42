# Two keys of four are stolen, and there are two certified headers of one height: whoever sees both
# halts rather than choose (D23).
nodes 4
beyond-f
may-halt 1 2
submit A
await settled 1 at all within 2s
stolen 0 3
let LIE be false-header height 1
executes-wrongly 2
submit B at 0 1 3
await settled 2 at 0 1 3 within 2s
run 1s
expect halted 2 "own header of height 2"
