# The primary's clock jumps an hour ahead: nobody prepares, the complaints name the clock, and the
# next primary goes on by its own (D10, row 22).
nodes 4
submit A
await settled 1 at all within 2s
clock 0 +60min
submit B
await view 1 at 1 2 3 within 1s
expect sent complaint view 0 saying "rule clock"
await settled 2 at all within 3s
expect block 2 holds B at all
