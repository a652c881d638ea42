# n = 7, f = 2: two primaries in a row are dead, and the third one leads (row 31, D4).
nodes 7
submit A
await settled 1 at all within 2s
crash 0 1
submit B
await settled 2 at all within 10s
expect view 2 at all
expect primary 2 at all
expect block 2 holds B at all
