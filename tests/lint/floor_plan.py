"""The floor plan as src/CMakeLists.txt declares it, and how C++ text is read: for the lints."""

import re
from dataclasses import dataclass, field
from pathlib import Path

KEYWORDS = ("FLOOR", "SOURCES", "DEPENDS", "PRIVATE_LIBS")
CPP_SUFFIXES = (".h", ".cpp")


@dataclass
class Module:
    """One tally_module, or all tally_programs of one folder of sources together."""

    name: str
    floor: int
    sources: set = field(default_factory=set)
    depends: set = field(default_factory=set)
    private_libs: set = field(default_factory=set)


class PlanError(Exception):
    """src/CMakeLists.txt says what the lints cannot read."""


def read_plan(root):
    """The declared modules by name, in order. Raises PlanError."""
    text = (Path(root) / "src/CMakeLists.txt").read_text()
    text = re.sub(r"#.*", "", text)
    modules = {}
    for kind, body in re.findall(r"\btally_(module|program)\s*\(([^)]*)\)", text):
        words = body.split()
        if not words or "$" in body:
            raise PlanError(f"src/CMakeLists.txt: plain words only in tally_{kind}({body.strip()})")
        add_declaration(modules, kind, words)
    return modules


def add_declaration(modules, kind, words):
    given = {keyword: [] for keyword in KEYWORDS}
    keyword = None
    for word in words[1:]:
        if word in given:
            keyword = word
        elif keyword is None:
            raise PlanError(f"src/CMakeLists.txt: {words[0]}: {word} follows no keyword")
        else:
            given[keyword].append(word)
    if len(given["FLOOR"]) != 1 or not given["FLOOR"][0].isdigit():
        raise PlanError(f"src/CMakeLists.txt: {words[0]} has no floor")

    name = words[0]
    if kind == "program":  # Programs that share a folder are one module to the lints.
        name = given["SOURCES"][0].split("/")[0] if given["SOURCES"] else words[0]
    module = modules.setdefault(name, Module(name, int(given["FLOOR"][0])))
    module.sources.update(given["SOURCES"])
    module.depends.update(given["DEPENDS"])
    module.private_libs.update(given["PRIVATE_LIBS"])


def cpp_files(root, *folders):
    """The C++ files under root's folders, sorted."""
    return files_under(root, folders, lambda path: path.suffix in CPP_SUFFIXES)


def files_under(root, folders, wanted):
    found = []
    for folder in folders:
        found += [p for p in (Path(root) / folder).rglob("*") if p.is_file() and wanted(p)]
    return sorted(found)


def includes(path):
    """(line, opening character, header) of each #include."""
    found = []
    for number, line in enumerate(without_comments(path.read_text()).split("\n"), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if match:
            found.append((number, match.group(1), match.group(2)))
    return found


TOKEN = re.compile(
    r"""
      (?P<comment> //(?:[^\n\\]|\\.|\\\n)* | /\*.*?\*/ )
    | (?P<raw>     R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)" )
    | (?P<string>  "(?:[^"\\\n]|\\.)*" )
    | (?P<digits>  \b[0-9](?:'?[0-9A-Za-z_])* )
    | (?P<char>    '(?:[^'\\\n]|\\.)+' )
    """,
    re.VERBOSE | re.DOTALL,
)


def blank(text):
    """Spaces in place of text; lines stay where they are."""
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    return TOKEN.sub(lambda m: blank(m.group()) if m.group("comment") else m.group(), text)


def code_alone(text):
    """text without comments and without what is inside strings and character constants."""

    def strip(match):
        token = match.group()
        if match.group("comment"):
            return blank(token)
        if match.group("digits"):
            return token.replace("'", "")
        if match.group("raw"):
            return '"' + blank(token[1:-1]) + '"'
        return token[0] + blank(token[1:-1]) + token[-1]

    return TOKEN.sub(strip, text)


def report(lint, faults):
    """Prints the faults; returns the process's exit code."""
    for fault in faults:
        print(fault)
    print(f"{lint}: {len(faults)} fault(s)" if faults else f"{lint}: clean")
    return 1 if faults else 0
