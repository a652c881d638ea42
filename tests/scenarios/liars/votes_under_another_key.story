# A liar brings the true votes of others, which count, and cannot make any (row 3: a vote is judged
# by its signer, never by who brought it).
nodes 4
stolen 3
submit A
await settled 1 at all within 2s
hold prepare commit to 2
submit B
await executed 2 at 0 1 within 2s
forget held
heal
cut 0 1 -> 2
3 replays prepare height 2 to 2
3 replays commit height 2 to 2
3 replays pre-prepare height 2 to 2
await executed 2 at 2 within 1s
expect block 2 holds B at 2
