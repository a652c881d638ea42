# Three view changes in a row: the heights go on where they were (row 27).
nodes 4
submit A
await settled 1 at all within 2s
passed-over 0 1 2 3
submit B
await view 1 at all within 2s
await settled 2 at all within 3s
passed-over 0 1 2 3
submit C
await view 2 at all within 2s
await settled 3 at all within 3s
passed-over 0 1 2 3
submit D
await view 3 at all within 2s
await settled 4 at all within 3s
expect block 2 holds B at all
expect block 3 holds C at all
expect block 4 holds D at all
expect same header 4 at all
