# Every message arrives twice: nothing counts twice and nothing is executed twice (row 3).
nodes 4
repeat everything
submit A
await settled 1 at all within 2s
submit B
await settled 2 at all within 2s
expect same header 2 at all
expect no fact "two_votes" at all
