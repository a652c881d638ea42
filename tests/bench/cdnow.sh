#!/bin/sh
# The whole CDNOW log through four nodes on this machine; rate and latency as one line of JSON.
set -eu

usage() {
  cat <<'TEXT'
usage: sh tests/bench/cdnow.sh [--help] [LOG] [OPTIONS OF tally import]

Starts a network of four in a temporary folder, imports LOG (default:
../shared/data/cdnow/CDNOW_master.txt) twice, and audits a copy of each node's data. Prints the
JSON of the first import, with `audited` true where every node has its exact totals and the second
import posted nothing. TALLY_BIN: where tally and tallyd lie (default: build/release/bin).
TEXT
}

[ "${1-}" = --help ] && { usage; exit 0; }
cd "$(dirname "$0")/../.."
bin=${TALLY_BIN-build/release/bin}
log=${1-../shared/data/cdnow/CDNOW_master.txt}
[ $# -gt 0 ] && shift
[ -f "$log" ] || { echo "no $log: the shared data are not on this machine" >&2; exit 2; }
folder=$(mktemp -d)
net=$folder/net
trap '"$bin/tally" localnet stop --dir "$net" >&2; rm -rf "$folder"' EXIT

"$bin/tally" localnet start --dir "$net" >&2
cp "$log" "$folder/log.txt"
import() {
  "$bin/tally" import "$folder/log.txt" --format cdnow --programme grocer --net "$net" --json "$@"
}
import "$@" >"$folder/first.json"
import "$@" >"$folder/second.json"
"$bin/tally" localnet stop --dir "$net" >&2
for node in 1 2 3 4; do
  "$bin/tally" audit "$net/node-$node" --genesis "$net/genesis.toml" --json \
    >"$folder/audit-$node.json"
done
python3 - "$folder" <<'PYTHON'
import json, pathlib, sys
folder = pathlib.Path(sys.argv[1])
read = lambda name: json.loads((folder / name).read_text())
first, second = read("first.json"), read("second.json")
rows = [line.split() for line in (folder / "log.txt").read_text().splitlines()]
points = sum(int(row[-1].split(".")[0]) for row in rows)
audits = [read(f"audit-{node}.json")["programmes"][0] for node in (1, 2, 3, 4)]
first["audited"] = (second["accepted"] == 0 and second["replayed"] == len(rows)
                    and all(each["issued"] == points and each["earns"] == len(rows)
                            and each["members"] == len({row[0] for row in rows})
                            for each in audits))
del first["state"]
print(json.dumps(first))
sys.exit(0 if first["audited"] else 1)
PYTHON
