#!/usr/bin/env python3
"""Keeps the shape of the code: files, functions and lines stay short enough to read.

Also: no work left in comments, no code in comments, file names in lower case, and contracts that
name no library of others.
"""

import re
import sys
from pathlib import Path

from floor_plan import CPP_SUFFIXES, code_alone, files_under, includes, report

FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
LINE_LENGTH_MAX = 100

FOLDERS = ("src", "include", "tests", "proto", "config", "docker")
SUFFIXES = CPP_SUFFIXES + (".proto", ".py", ".sh", ".cmake")
FILE_NAME = re.compile(r"[a-z0-9_]+\.\w+")

# Spelt so that this file does not catch itself.
LEFT_WORK = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")

# A comment that is a statement from its first word to its last character. Prose does not look so,
# and an example of use is indented.
CODE_IN_COMMENT = re.compile(
    r"""^\s*//[ ]?(?:
        return(?:\s+[^\s(]+(?:\([^)]*\))?)?\s*;
      | [\w:<>*&]+(?:\s+[\w:<>*&]+)*\s+=\s[^=].*;
      | [\w:.>-]+\([^)]*\)\s*;
      | (?:if|for|while|switch)\s*\(.*\)\s*\{
      | \#\s*include\s*[<"].*
      | \}
    )\s*$""",
    re.VERBOSE,
)

FOREIGN = {"CLI", "boost", "google", "grpc", "grpcpp", "nlohmann", "openssl", "prometheus"}
FOREIGN |= {"rocksdb", "spdlog", "toml++"}


def check(root):
    root = Path(root)
    faults = []
    for path in files_under(root, FOLDERS, is_ours):
        name = path.relative_to(root).as_posix()
        text = path.read_text()
        faults += [f"{name}{fault}" for fault in check_text(path, text)]
        if path.suffix in CPP_SUFFIXES:
            faults += [f"{name}{fault}" for fault in check_cpp(path, text)]
            faults += check_contract(path, name)
    return faults


def is_ours(path):
    return path.suffix in SUFFIXES or path.name == "CMakeLists.txt"


def check_text(path, text):
    lines = text.split("\n")
    count = len(lines) - (lines[-1] == "")
    if count > FILE_LINES_MAX:
        yield f": {count} lines; at most {FILE_LINES_MAX}"
    if not FILE_NAME.fullmatch(path.name) and path.suffix in SUFFIXES:
        yield ": file names are lower_case"
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_LENGTH_MAX:
            yield f":{number}: a line of {len(line)}; at most {LINE_LENGTH_MAX}"
        match = LEFT_WORK.search(line)
        if match:
            yield f":{number}: {match.group()}; file an issue instead"


def check_cpp(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if CODE_IN_COMMENT.match(line):
            yield f":{number}: code in a comment"
    for number, name, count in functions(text):
        if count > FUNCTION_LINES_MAX:
            yield f":{number}: {name} has {count} lines; at most {FUNCTION_LINES_MAX}"


def check_contract(path, name):
    if not name.startswith("include/tally/"):
        return
    for number, _, header in includes(path):
        if header.split("/")[0] in FOREIGN:
            yield f"{name}:{number}: {header} in a contract"


def functions(text):
    """(first line, name, lines) of each function body that is not inside another one.

    A heuristic over braces: outside functions, a brace after `(...)` opens a function; one after
    namespace, class, struct, union, enum or = opens something that is looked into. Lambdas and
    local classes count with the function that they stand in.
    """
    code = without_preprocessor(code_alone(text))
    start = 0  # of what is being declared
    at = 0
    while at < len(code):
        character = code[at]
        if character == "(":
            at = matching(code, at, "()")
        elif character in ";}":
            start = at + 1
        elif character == "{":
            header = code[start:at]
            if is_member_initialiser(header):
                at = matching(code, at, "{}")
            elif is_function(header):
                end = matching(code, at, "{}")
                first = start + len(header) - len(header.lstrip())
                yield line_of(code, first), name_of(header), code.count("\n", first, end) + 1
                at = end
                start = end + 1
            else:
                start = at + 1
        at += 1


def without_preprocessor(code):
    return re.sub(
        r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", lambda m: re.sub(r"[^\n]", " ", m.group()), code,
        flags=re.MULTILINE,
    )


def matching(code, at, pair):
    """Where the bracket that opens at `at` closes; the end if nowhere."""
    depth = 0
    for place in range(at, len(code)):
        if code[place] == pair[0]:
            depth += 1
        elif code[place] == pair[1]:
            depth -= 1
            if depth == 0:
                return place
    return len(code)


def is_function(header):
    if re.search(r"(?<![=!<>])=(?!=)\s*$", header):
        return False
    if re.match(r"\s*(?:template\s*<.*>\s*)?(?:namespace|class|struct|union|enum|extern\s*\")\b",
                header, re.DOTALL) and not header.rstrip().endswith(")"):
        return False
    return ")" in header


def is_member_initialiser(header):
    """Whether a brace here initialises a member in a constructor's list: `: a_{` or `, b_{`."""
    return bool(re.search(r"\)[^()]*?:[^:]", header)) and bool(
        re.search(r"[:,]\s*[\w:<>]+\s*$", header)
    ) and "->" not in header


def line_of(code, at):
    return code.count("\n", 0, at) + 1


def name_of(header):
    match = re.search(r"([~\w:]+)\s*\(", header)
    return match.group(1) if match else "a function"


if __name__ == "__main__":
    sys.exit(report("shape", check(sys.argv[1])))
