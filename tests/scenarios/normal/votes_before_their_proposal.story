# Votes that come before their proposal count once it is here (row 29).
nodes 4
hold pre-prepare to 3
submit A
await settled 1 at 0 1 2 within 400ms
expect no prepare height 1 by 3
release pre-prepare
await settled 1 at 3 within 2s
expect same header 1 at all
