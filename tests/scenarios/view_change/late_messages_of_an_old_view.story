# A primary stands still for two views and goes on: what it sends for its old view is refused by the
# view, and it follows the new one (A5).
nodes 4
idle 30s
submit A
await settled 1 at all within 2s
pause 0
submit B
await settled 2 at 1 2 3 within 2s
continue 0
await view 1 at all within 2s
await settled 2 at 0 within 2s
expect block 2 holds B at all
submit C
await settled 3 at all within 2s
expect same header 3 at all
