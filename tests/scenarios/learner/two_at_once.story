# n = 7, f = 2: two nodes lose their logs at once and come back at once, over a view change in the
# middle (D24).
nodes 7
submit A
await settled 1 at all within 2s
crash 5 6
lose-log 5 6
restart 5 6
await learner following at 5 6 within 2s
passed-over 0 1 2
await view 1 at all within 3s
await learner returning at 5 6 within 10s
expect no voting at 5 6
passed-over 0 1 2
await view 2 at all within 3s
await no learner at 5 6 within 3s
crash 0 1
submit B
forget sent
await sent commit from 5 within 20s
expect sent commit from 6
