#!/bin/sh
# Installs the Debian packages of config/packages.txt that are missing.
# A second run finds nothing missing and needs neither the network nor rights.
set -eu

usage() {
  cat <<'TEXT'
usage: sh config/setup.sh [--developer] [--help]

Installs what config/packages.txt lists and this machine lacks. Needs Debian 12, and root or sudo
where something is missing.

  --developer   also what `check` (a target), tests/fuzz or tests/run.sh wants: clang and its tools
TEXT
}

fail() {
  printf 'setup: %s\n' "$1" >&2
  printf 'setup: cure: %s\n' "$2" >&2
  exit 1
}

developer=
for argument in "$@"; do
  case $argument in
    --developer) developer=yes ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done

list=$(dirname "$0")/packages.txt
wanted=$(sed 's/#.*//' "$list" | awk -v all="$developer" 'NF == 1 || (NF == 2 && all) { print $1 }')

command -v dpkg-query >/dev/null 2>&1 ||
  fail 'this is no Debian: there is no dpkg-query' \
       'install the counterparts of config/packages.txt, or use docker/'

# What dpkg-query does not know at all it says on stderr, and is missing as well.
# shellcheck disable=SC2086 # one word a package
installed=$(dpkg-query --show --showformat '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
  awk '$1 == "installed" { print $2 }') || true
missing=
for package in $wanted; do
  printf '%s\n' "$installed" | grep -qxF "$package" || missing="$missing $package"
done
if [ -z "$missing" ]; then
  echo "setup: all $(printf '%s\n' "$wanted" | wc -l) packages are installed"
  exit 0
fi

echo "setup: installing$missing"
as_root=
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 ||
    fail 'packages are missing, and this is neither root nor is there sudo' \
         "as root: apt-get install$missing"
  as_root=sudo
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
install_missing() {
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends $missing >"$log" 2>&1
}
# The package lists of a fresh image are empty or stale, so a first failure asks for new ones.
if ! install_missing; then
  echo 'setup: asking for new package lists (apt-get update)'
  if ! { $as_root apt-get update >"$log" 2>&1 && install_missing; }; then
    tail -n 15 "$log" >&2
    fail 'apt-get could not install them; its last lines are above' \
         'see that this machine reaches a Debian 12 mirror, then run it again'
  fi
fi
echo 'setup: done'
