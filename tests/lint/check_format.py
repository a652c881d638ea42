#!/usr/bin/env python3
"""Asks clang-format 16 whether every C++ file is laid out as .clang-format says."""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from floor_plan import cpp_files, report

FORMATTER = "clang-format-16"
SKIPPED = 77


def main():
    parser = argparse.ArgumentParser(description="Checks, or with --fix mends, the layout.")
    parser.add_argument("root")
    parser.add_argument("--fix", action="store_true", help="rewrite the files")
    parser.add_argument("--skip-is-success", action="store_true")
    options = parser.parse_args()
    if not shutil.which(FORMATTER):
        print(f"format: skipped, there is no {FORMATTER}")
        return 0 if options.skip_is_success else SKIPPED

    files = [str(path) for path in cpp_files(Path(options.root), "src", "include", "tests")]
    if not files:
        return report("format", [])
    how = ["-i"] if options.fix else ["--dry-run", "--Werror"]
    done = subprocess.run([FORMATTER, "--style=file", *how, *files], capture_output=True, text=True)
    faults = [line for line in done.stderr.splitlines() if "error:" in line]
    if done.returncode and not faults:
        faults = [done.stderr.strip()]
    return report("format", faults)


if __name__ == "__main__":
    sys.exit(main())
