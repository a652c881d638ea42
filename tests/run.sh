#!/bin/sh
# Builds everything as it is shipped, and runs the tests. Ends with: N passed, N failed, N skipped
set -eu

usage() {
  cat <<'TEXT'
usage: sh tests/run.sh [--help]

Installs the missing packages (config/setup.sh), builds the preset `release` into build/release,
and runs the tests label by label: lint, fast, cluster; then each fuzz target for a few seconds,
from the preset `fuzz` in build/fuzz. The last line is a plain `N passed, N failed, N skipped`; the
exit code is 0 if nothing failed.

environment:
  TALLY_TEST_LABELS    the labels to run instead, such as "lint fast"
  TALLY_FUZZ_SECONDS   for each fuzz target, 5 if not given; 0: no fuzzing
TEXT
}

case ${1-} in
  '') ;;
  --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac

cd "$(dirname "$0")/.."
labels=${TALLY_TEST_LABELS-lint fast cluster}
fuzz_seconds=${TALLY_FUZZ_SECONDS-5}
build=build/release
jobs=$(nproc)
passed=0
failed=0
skipped=0

now() { date +%s; }

# step WHAT COMMAND...: runs it, says what and how long; stops the run where it fails.
step() {
  what=$1
  shift
  began=$(now)
  printf '== %s\n' "$what"
  "$@" || {
    printf '== %s: failed after %s s\n' "$what" $(($(now) - began)) >&2
    exit 1
  }
  printf '== %s: %s s\n' "$what" $(($(now) - began))
}

# Keeps a quiet command's output, to show it only where it fails.
quietly() {
  "$@" >"$build/quiet.log" 2>&1 || {
    cat "$build/quiet.log" >&2
    return 1
  }
}

# attribute NAME FILE: of the <testsuite> element of CTest's JUnit report.
attribute() {
  sed -n "/<testsuite /,/>/s/.*[[:space:]]$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1
}

# run_label LABEL: its tests, added to the totals. The cluster's share ports, so one at a time.
run_label() {
  report=$PWD/$build/$1.xml
  parallel=$jobs
  [ "$1" != cluster ] || parallel=1
  rm -f "$report"
  code=0
  ctest --test-dir "$build" --label-regex "^$1\$" --parallel "$parallel" --no-tests=ignore \
    --output-on-failure --progress --output-junit "$report" || code=$?
  if [ ! -s "$report" ]; then
    [ "$code" -eq 0 ] || failed=$((failed + 1))
    return 0
  fi
  bad=$(attribute failures "$report")
  idle=$(($(attribute skipped "$report") + $(attribute disabled "$report")))
  # CTest counts what it could not run at all as skipped, but says so in its exit code.
  [ "$code" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
  failed=$((failed + bad))
  skipped=$((skipped + idle))
  passed=$((passed + $(attribute tests "$report") - bad - idle))
}

# Each target is a test: one row of the table that tests/fuzz/run.sh leaves.
run_fuzz() {
  table=build/fuzz/fuzz.table
  rm -f "$table"
  code=0
  sh tests/fuzz/run.sh "$fuzz_seconds" || code=$?
  clean=0
  bad=0
  if [ -s "$table" ]; then
    clean=$(grep -c ' clean$' "$table") || true
    bad=$(grep -c ' FAILED$' "$table") || true
  fi
  [ "$code" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
  passed=$((passed + clean))
  failed=$((failed + bad))
}

developer=
[ "$fuzz_seconds" -eq 0 ] || developer=--developer
# shellcheck disable=SC2086 # one option, or none
step 'packages' sh config/setup.sh $developer
mkdir -p "$build"
step 'configure (cmake --preset release)' quietly cmake --preset release
step "build ($jobs jobs)" cmake --build "$build" --parallel "$jobs"
for label in $labels; do
  step "tests: $label" run_label "$label"
done
[ "$fuzz_seconds" -eq 0 ] || step "fuzz: $fuzz_seconds s for each target" run_fuzz

printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
