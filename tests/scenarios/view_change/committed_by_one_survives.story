# One node alone saw the commits, executed, and is gone: whoever goes on decides the same (row 26).
nodes 4
submit A
await settled 1 at all within 2s
drop commit to 1 2 3
submit B
await executed 2 at 0 within 1s
crash 0
heal
drop commit view 0
await settled 2 at 1 2 3 within 5s
expect view 1 at 1 2 3
expect block 2 holds B at all
restart 0
await settled 2 at 0 within 2s
expect same header 2 at all
submit C
await settled 3 at all within 2s
