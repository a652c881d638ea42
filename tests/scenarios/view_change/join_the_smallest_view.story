# One correct node left for view 1 and a liar claims to leave for view 100: f+1 above mean the
# smallest of them (row 12, D11).
nodes 4
liar 3
submit A
await settled 1 at all within 2s
drop complaint to 0 1
3 sends view-change 100 to 0 1 2
# Node 2 has what nobody else orders; the liar helps its complaint to f+1.
submit X at 2
passed-over 2
run 100ms
expect no view-change by 0 1 2
3 sends complaint 0 stable 1 to 2
await view-change 1 by 0 1 2 within 3s
expect no view-change 100 by 0 1 2
submit X at 0 1
await settled 2 at all within 5s
expect view 1 at all
