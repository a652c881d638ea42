# The primary dies: the others replace it and order what it left behind, within two seconds (D4, A5,
# row 20).
nodes 4
submit A
await settled 1 at all within 2s
crash 0
submit B
await settled 2 at all within 2s
expect view 1 at all
expect primary 1 at all
expect block 2 holds B at all
expect sent complaint view 0 saying "reason no progress"
# It comes back, and follows.
restart 0
await view 1 at all within 2s
submit C
await settled 3 at all within 2s
expect same header 3 at all
