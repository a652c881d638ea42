#!/usr/bin/env python3
"""Runs clang-tidy 16 over the sources that differ from the last commit, or over all of them."""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from floor_plan import cpp_files

RUNNER = "run-clang-tidy-16"
DATABASE = "compile_commands.json"


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


def write_database(build):
    """A copy of the build's commands that clang takes: the build may be GCC's, whose precompiled
    headers and newest warnings mean nothing to clang. Returns its folder."""
    text = (build / DATABASE).read_text()
    text = re.sub(r"-Winvalid-pch|-include \S+/cmake_pch\.hxx", "", text)
    folder = build / "tidy"
    folder.mkdir(exist_ok=True)
    (folder / DATABASE).write_text(text)
    return folder


def main():
    parser = argparse.ArgumentParser(description="clang-tidy over what changed.")
    parser.add_argument("root", type=Path)
    parser.add_argument("--build", type=Path, required=True, help=f"holds {DATABASE}")
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
    folder = write_database(options.build)
    command = [RUNNER, "-quiet", "-p", str(folder), "-j", str(os.cpu_count())]
    command += ["-extra-arg=-Wno-unknown-warning-option"]
    command += [f"^{re.escape(str(path))}$" for path in files]
    return 1 if subprocess.run(command).returncode else 0


if __name__ == "__main__":
    sys.exit(main())
