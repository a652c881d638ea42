# A primary's turn is over after three heights: all complain at the same height, the primary too,
# and a calm network moves on (row 38, D5).
nodes 4
rotation 3 heights
await settled 1 at all within 5s
expect view 0 at all
await view 1 at all within 5s
expect executed 3 at all
expect sent complaint view 0 from 0 saying "reason rotation"
await view 2 at all within 10s
expect executed 6 at all
await view 4 at all within 10s
expect same header 12 at all
