# Window 4: all nodes lose power with four heights open, some prepared, some not; after the restart
# they end as they began (A6).
nodes 4
window 4
idle 20s
submit A
await settled 1 at all within 2s
drop commit
drop prepare height 4
submit B
run 20ms
submit C
run 20ms
submit D
run 20ms
submit E
run 50ms
expect commit height 3 by 0 1 2 3
expect no commit height 4 by 0 1 2 3
crash 0 1 2 3
restart 0 1 2 3
heal
await settled 5 at all within 5s
expect view 0 at all
expect block 2 holds B at all
expect block 5 holds E at all
