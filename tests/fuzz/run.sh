#!/bin/sh
# Runs the fuzz targets one after another under libFuzzer, and ends with a table of what they did.
set -eu

usage() {
  cat <<'TEXT'
usage: sh tests/fuzz/run.sh [SECONDS] [TARGET...]

Builds the preset `fuzz` (clang 16 with libFuzzer, AddressSanitizer and UBSan: the packages of
`sh config/setup.sh --developer`) and runs each target for SECONDS, 60 if not given; all targets if
none is named. What a run has learnt stays in build/fuzz/corpus/TARGET, where the next one goes on;
an input that fails stays in build/fuzz/failures, and its replay command is printed.
The exit code is 0 if nothing failed.

environment:
  TALLY_FUZZ_JOBS   compiler processes of the build; by default one a core
TEXT
}

seconds=60
case ${1-} in
  --help) usage; exit 0 ;;
  -*) usage >&2; exit 2 ;;
  [0-9]*) seconds=$1; shift ;;
esac
case $seconds in *[!0-9]*) usage >&2; exit 2 ;; esac

cd "$(dirname "$0")/../.."
build=build/fuzz
all=$(sed -n 's/^tally_fuzz(\([a-z_]*\) .*/\1/p' tests/fuzz/CMakeLists.txt)
targets=${*:-$all}
programs=
for target in $targets; do
  printf '%s\n' "$all" | grep -qx "$target" || {
    printf 'fuzz: no target %s; there are: %s\n' "$target" "$(echo "$all" | tr "\n" " ")" >&2
    exit 2
  }
  programs="$programs tally_fuzz_$target"
done

mkdir -p "$build"
printf '== build\n'
if ! { cmake --preset fuzz && cmake --build "$build" --parallel "${TALLY_FUZZ_JOBS-$(nproc)}" \
         --target $programs; } >"$build/build.log" 2>&1; then
  tail -n 40 "$build/build.log" >&2
  exit 1
fi

# Memory that is reached by no pointer, a step of a second and one input in 2 GiB are faults too.
# 64 KiB hold every seed many times over; what is longer repeats itself.
limits='-max_len=65536 -rss_limit_mb=2048 -timeout=10'

# figure NAME LOG: of libFuzzer's closing statistics; a dash where it did not come to them.
figure() {
  value=$(sed -n "s/^stat::$1: *//p" "$2" | tail -n 1)
  printf '%s' "${value:--}"
}

table=$build/fuzz.table
failed=0
printf '%-10s %9s %11s %7s %7s %7s  %s\n' target seconds inputs cover corpus 'MiB' result >"$table"
for target in $targets; do
  program=$build/tests/bin/tally_fuzz_$target
  corpus=$build/corpus/$target
  seeds=$build/seeds/$target
  log=$build/fuzz.$target.log
  kept=tests/fuzz/corpus/$target
  [ -d "$kept" ] || kept=
  rm -rf "$seeds"
  mkdir -p "$corpus" "$seeds" "$build/failures"
  "$program" --write-seeds "$seeds"

  printf '== %s: %s s\n' "$target" "$seconds"
  began=$(date +%s)
  result=clean
  # The pulses are libFuzzer's own, at each power of two of inputs: progress enough.
  # shellcheck disable=SC2086 # one word an option
  { "$program" $limits -max_total_time="$seconds" -print_final_stats=1 \
      -artifact_prefix="$build/failures/$target-" "$corpus" "$seeds" $kept 2>&1 ||
      printf 'exit code %s\n' "$?"; } | tee "$log" | awk '/pulse/ { print; fflush() }'
  failure=$(sed -n 's/^Test unit written to //p' "$log" | tail -n 1)
  if grep -q '^exit code' "$log"; then
    result=FAILED
    failed=1
    grep -E 'CHECK|ERROR|runtime error|SUMMARY|terminate' "$log" | tail -n 5 >&2 || true
    printf 'fuzz: %s failed; its log is %s\n' "$target" "$log" >&2
    [ -z "$failure" ] || printf 'fuzz: replay: %s %s\n' "$program" "$failure" >&2
  fi
  cover=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
  printf '%-10s %9s %11s %7s %7s %7s  %s\n' "$target" "$(($(date +%s) - began))" \
    "$(figure number_of_executed_units "$log")" "${cover:--}" \
    "$(find "$corpus" -type f | wc -l)" "$(figure peak_rss_mb "$log")" "$result" >>"$table"
done

printf '\n'
cat "$table"
exit "$failed"
