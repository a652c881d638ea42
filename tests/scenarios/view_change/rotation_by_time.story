# A primary's turn is over when two minutes of header time have passed since it began
# (row 38); the chain's time begins a minute before the story.
nodes 4
idle 7s
rotation 2min
submit A
await settled 1 at all within 2s
always view 0 at all for 50s
await view 1 at all within 20s
always view 1 at all for 110s
await view 2 at all within 20s
