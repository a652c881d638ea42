#!/bin/sh
# Four merchants, one ledger: builds Tallystick, runs four nodes, imports a year of purchases,
# redeems and transfers, and audits a copy of one node's ledger. Ends with one page of results.
set -eu

usage() {
  cat <<'TEXT'
usage: sh config/quickstart.sh [--help]

Does all that it needs by itself: installs the missing Debian packages (config/setup.sh), builds
tallyd and tally into build/release, and runs a network of four nodes on loopback addresses in
build/quickstart, which each run makes anew. At the end no process is left running.
TEXT
}

case ${1-} in
  '') ;;
  --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac

cd "$(dirname "$0")/.."
build=build/release
play=build/quickstart
net=$play/net
page=$play/results.txt
tally=$build/bin/tally

say() { printf '\n== %s\n' "$*"; }
fail() {
  printf 'quickstart: %s\n' "$1" >&2
  printf 'quickstart: cure: %s\n' "$2" >&2
  exit 1
}
quietly() {
  "$@" >"$build/quiet.log" 2>&1 || {
    tail -n 40 "$build/quiet.log" >&2
    fail "failed: $*" "the lines above say why; mend it and run this again"
  }
}

say 'packages'
sh config/setup.sh

say 'build (the first time takes some minutes)'
mkdir -p "$build"
quietly cmake --preset release
cmake --build "$build" --target tallyd tally

stop_network() {
  [ ! -f "$net/localnet.json" ] || "$tally" localnet stop --dir "$net" >/dev/null
}
trap 'stop_network || true' EXIT INT TERM
stop_network
rm -rf "$play"
mkdir -p "$play"

say 'four nodes'
"$tally" localnet start --dir "$net"

say 'a year of purchases at four merchants, over gRPC'
cp config/sample/log.csv "$play/log.csv"
"$tally" import "$play/log.csv" --net "$net" --format csv \
  --map member=customer,time=time,amount=amount,merchant=merchant | tee "$play/import.txt"

say 'two members with keys of their own: Alice earns, redeems, and gives points to Bob'
random_hex() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
public_key() { "$tally" keys show "$play/$1.pem" | sed -n 's/^public key *ed25519://p'; }
# submit WHAT CONSENT...: the JSON on standard input, signed by the grocer's operator.
submit() {
  echo "$1"
  shift
  if ! "$tally" submit - --net "$net" --as grocer/operator "$@" \
    >"$play/answer.txt" 2>"$play/said.txt"; then
    cat "$play/said.txt" >&2
    exit 1
  fi
  sed 's/^/  /' "$play/answer.txt"
}
alice=$(random_hex 16)
bob=$(random_hex 16)
for name in alice bob; do
  quietly "$tally" keys new --kind ed25519 "$play/$name.pem"
done
enrol() {
  printf '{"enrol": {"programme": 1, "member": "%s", "commitment": "%s",
          "member_key": {"kind": "KEY_KIND_ED25519", "key": "%s"}}}' \
    "$2" "$(random_hex 32)" "$(public_key "$1")" | tr -d '\n' |
    submit "$3 joins" --consent "$play/$1.pem"
}
enrol alice "$alice" Alice
enrol bob "$bob" Bob
printf '{"earn": {"programme": 1, "member": "%s", "currency": "EUR", "total": "84250",
        "event_time": "%s000"}}' "$alice" "$(date +%s)" | tr -d '\n' |
  submit 'Alice spends 842.50'
printf '{"redeem": {"programme": 1, "member": "%s", "currency": "EUR", "basket": "2500",
        "points": "500"}}' "$alice" | tr -d '\n' |
  submit 'Alice pays 5.00 of 25.00 with 500 points'
printf '{"transfer": {"programme": 1, "from": "%s", "to": "%s", "points": "100"}}' "$alice" "$bob" |
  submit 'Alice gives Bob 100 points' --consent "$play/alice.pem"

say "Alice's points, believed by proof and not by word"
"$tally" balance "$alice" --net "$net" --programme grocer --verify | tee "$play/balance.txt"
"$tally" history "$alice" --net "$net" --programme grocer

say 'four ledgers, one root'
"$tally" status --net "$net" | tee "$play/status.txt"

say 'stop the nodes, copy one ledger, audit the copy'
"$tally" localnet stop --dir "$net"
cp -r "$net/node-1/data" "$play/copy"
"$tally" audit "$play/copy" --genesis "$net/genesis.toml" | tee "$play/audit.txt"

{
  echo 'Tallystick quickstart: results'
  echo
  echo 'Import'
  sed 's/^/  /' "$play/import.txt"
  echo
  echo "Alice ($alice)"
  sed 's/^/  /' "$play/balance.txt"
  echo
  echo 'Nodes, before they were stopped'
  sed 's/^/  /' "$play/status.txt"
  echo
  echo "Audit of a copy of node 1's ledger"
  sed 's/^/  /' "$play/audit.txt"
} >"$page"
say "results, also in $page"
cat "$page"
printf '\nGo on by hand: %s localnet start --dir %s; %s --help\n' "$tally" "$net" "$tally"
