# A liar brings everybody's votes of old heights and views again: below stable they mean nothing
# (C15).
nodes 4
liar 3
submit A
await settled 1 at all within 2s
submit B
await settled 2 at all within 2s
3 replays prepare to all
3 replays commit to all
3 replays checkpoint to all
3 replays pre-prepare to all
run 100ms
passed-over 0 1 2
3 sends view-change 1 to all
await view 1 at all within 2s
3 replays everything view 0 to all
submit C
await settled 3 at all within 3s
expect no learner at all
expect same header 3 at all
