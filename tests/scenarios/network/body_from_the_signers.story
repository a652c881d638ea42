# The primary sends its proposal to q-1 nodes and is never heard again by the last: the starved node
# fetches the body from those who signed (D8, D29).
nodes 4
run 100ms
hold pre-prepare body to 3
drop body block-certificate to 3
drop checkpoint
submit A
await commit height 1 by 0 1 2 within 1s
await sent fetch from 3 within 2s
expect no sent pre-prepare from 3
heal
forget held
await settled 1 at all within 3s
