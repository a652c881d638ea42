# A minority that is cut off never commits, and follows once the partition heals (C3).
nodes 4
submit A
await settled 1 at all within 2s
partition 0 1 2 | 3
submit B at 0 1 2
submit X at 3
await settled 2 at 0 1 2 within 2s
always executed 1 at 3 for 10s
heal
submit X at 0 1 2
await same header 3 at all within 5s
