# f liars complain of every proposal of one primary: f+1 are needed (D28).
nodes 7
liar 5 6
submit A
await settled 1 at all within 2s
5 sends complaint 0 stable 1 to all
6 sends complaint 0 passed-over stable 1 to all
submit B
await settled 2 at all within 2s
5 sends complaint 0 rotation stable 2 to all
6 sends complaint 0 stable 2 to all
run 2s
5 sends complaint 0 stable 3 to all
6 sends complaint 0 stable 3 to all
always view 0 at all for 10s
