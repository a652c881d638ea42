# A backup stands still for ten minutes and goes on with stale timers: nothing is disturbed, and it
# catches up and votes again (A4, D28).
nodes 4
idle 30s
submit A
await settled 1 at all within 2s
pause 3
submit B
run 1s
submit C
await settled 3 at 0 1 2 within 2s
run 10min
continue 3
always view 0 at 0 1 2 for 5s
expect same header 20 at all
forget sent
submit D
await sent commit from 3 within 2s
expect view 0 at all
