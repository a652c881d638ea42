# The primary hears nobody and all hear it: its proposal is decided without it, and the next primary
# takes over (C4).
nodes 4
idle 30s
submit A
await settled 1 at all within 2s
cut 1 2 3 -> 0
submit B
await settled 2 at 1 2 3 within 2s
submit C at 1 2 3
await settled 3 at 1 2 3 within 5s
expect view 1 at 1 2 3
heal
await settled 3 at 0 within 3s
await view 1 at 0 within 3s
expect same header 3 at all
