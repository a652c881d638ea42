# Certificates that count a signer twice, lack one, are unsorted or forged are refused whole (D20,
# row 3).
nodes 4
liar 3
submit A
await settled 1 at all within 2s
let P be proposed height 1
let H be header height 1
let LIE be false-header height 1
3 sends certificate commit P twice to 0
3 sends certificate commit P short to 0
3 sends certificate commit P unsorted to 1
3 sends certificate commit P forged to 2
run 10ms
expect refusal of 3 at 0 1 2
3 sends block-certificate LIE forged to all
3 sends block-certificate H twice to all
run 10ms
submit B
await settled 2 at all within 2s
expect same header 2 at all
