#!/usr/bin/env python3
"""Runs clang-tidy 16 over the sources that differ from the last commit, or over all of them."""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from floor_plan import cpp_files

RUNNER = "run-clang-tidy-16"

# The build is GCC's: its flags and precompiled headers mean nothing to clang.
GCC_ALONE = ("-Wno-unknown-warning-option", "-Wno-ignored-gch", "-Wno-unused-command-line-argument")


def changed(root):
    """The sources that git sees as changed or new. All of them outside a repository."""
    listing = subprocess.run(
        ["git", "-C", str(root), "status", "--porcelain", "--untracked-files=all"],
        capture_output=True, text=True,
    )
    if listing.returncode:
        return everything(root)
    names = [line[3:].split(" -> ")[-1] for line in listing.stdout.splitlines()]
    paths = [root / name for name in names if name.endswith(".cpp")]
    return [path for path in paths if path.exists() and path.parts[len(root.parts)] in
            ("src", "tests")]


def everything(root):
    return [path for path in cpp_files(root, "src", "tests") if path.suffix == ".cpp"]


def main():
    parser = argparse.ArgumentParser(description="clang-tidy over what changed.")
    parser.add_argument("root", type=Path)
    parser.add_argument("--build", required=True, help="holds compile_commands.json")
    parser.add_argument("--all", action="store_true", help="all sources")
    options = parser.parse_args()
    if not shutil.which(RUNNER):
        print(f"tidy: skipped, there is no {RUNNER}")
        return 0
    root = options.root.resolve()
    files = everything(root) if options.all else changed(root)
    if not files:
        print("tidy: nothing has changed")
        return 0
    command = [RUNNER, "-quiet", "-p", options.build, "-j", str(os.cpu_count())]
    command += [f"-extra-arg={flag}" for flag in GCC_ALONE]
    command += [f"^{path}$".replace("+", r"\+") for path in files]
    return 1 if subprocess.run(command).returncode else 0


if __name__ == "__main__":
    sys.exit(main())
