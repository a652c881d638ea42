#!/usr/bin/env python3
"""Keeps the core pure: floors 0 to 5 but storage, config and base/log.

The same inputs must give the same bytes on every node, so no clock, thread, mutex, randomness,
file, environment, float, unordered container, hash of addresses, locale or log. The sources are
read without comments and strings. With --archives, what the compiled modules call is read too.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

from floor_plan import code_alone, cpp_files, includes, read_plan, report

FLOOR_MAX = 5
OUTSIDE = {"storage", "config"}
OUTSIDE_FILES = {"include/tally/base/log.h", "src/base/log.cpp"}

HEADERS = {
    "a clock": "ctime time.h sys/time.h",
    "a thread": "thread future stop_token pthread.h coroutine execution",
    "a mutex": "mutex shared_mutex condition_variable semaphore barrier latch atomic",
    "randomness": "random sys/random.h openssl/rand.h",
    "a file": "fstream filesystem cstdio stdio.h iostream syncstream fcntl.h unistd.h sys/stat.h",
    "a float": "cfloat cfenv complex float.h math.h",
    "an unordered container": "unordered_map unordered_set",
    "a locale": "locale clocale locale.h regex sstream iomanip codecvt cwctype cctype ctype.h",
    "a log": "tally/base/log.h",
}

# Names that could be a member's, such as time(), count only as std::time or ::time.
GLOBAL = r"(?:\bstd\s*::\s*|(?<![\w>])::\s*)"
FREE = r"(?<![\w.>:])(?:std\s*::\s*|::\s*)?"

PATTERNS = {
    "a clock": [
        r"\b(?:system|steady|high_resolution|utc|tai|gps|file)_clock\b",
        FREE + r"(?:gettimeofday|clock_gettime|localtime|localtime_r|gmtime|mktime|strftime)\s*\(",
        GLOBAL + r"(?:time|clock)\s*\(",
        r"\b(?:current_zone|locate_zone|zoned_time|sleep_for|sleep_until|__rdtsc)\b",
    ],
    "a thread": [r"\bstd\s*::\s*(?:jthread|thread|async|future|promise)\b", r"\bthread_local\b"],
    "a mutex": [
        r"\bstd\s*::\s*(?:\w*mutex|condition_variable\w*|atomic\w*|\w*_lock|lock_guard)\b",
        r"\b(?:once_flag|call_once|volatile)\b",
    ],
    "randomness": [
        r"\b(?:random_device|mt19937(?:_64)?|default_random_engine|uniform_int_distribution)\b",
        FREE + r"(?:rand|srand|drand48|getrandom|arc4random|RAND_bytes|RAND_priv_bytes)\s*\(",
        GLOBAL + r"(?:shuffle|sample|random)\s*\(",
    ],
    "a file": [
        r"\bstd\s*::\s*(?:[io]?fstream|filesystem|cout|cerr|clog|cin)\b",
        FREE + r"(?:fopen|freopen|printf|fprintf|puts|fwrite|fread)\s*\(",
        GLOBAL + r"(?:open|read|write|remove|rename)\s*\(\s*\"",
    ],
    "an environment": [FREE + r"(?:getenv|secure_getenv|setenv|putenv)\s*\(", r"\benviron\b"],
    "a float": [
        r"\b(?:float|double|float_t|double_t)\b",
        r"(?<![\w.])(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?[fFlL]?(?![\w.])",
        r"(?<![\w.])\d+[eE][+-]?\d+",
        FREE + r"(?:stod|stof|stold|strtod|strtof|atof)\s*\(",
    ],
    "an unordered container": [r"\bunordered_(?:multi)?(?:map|set)\b"],
    "a hash that differs by build": [r"\bstd\s*::\s*hash\b"],
    "a locale": [
        r"\bstd\s*::\s*(?:locale|regex|[io]?stringstream)\b",
        FREE + r"(?:setlocale|isalpha|isdigit|isspace|isalnum|isupper|islower|ispunct|isprint|"
        r"toupper|tolower)\s*\(",
    ],
}
PATTERNS = {what: [re.compile(p) for p in patterns] for what, patterns in PATTERNS.items()}

REINTERPRET = re.compile(r"\breinterpret_cast\b")
MAY_REINTERPRET = {"codec", "crypto"}  # codec owns the bytes; OpenSSL and std::span want casts.

# The few that may, each with its reason.
ALLOWED = {
    # CHECK's last words go to stderr before it stops the process.
    "src/base/check.cpp": {"a file"},
}

# What the compiled core may not ask of the system, by whatever way the sources came to it; also
# where _FORTIFY_SOURCE gives a call another name, such as __read_chk.
CALLS = """
    clock_gettime clock_nanosleep gettimeofday localtime localtime_r nanosleep time timespec_get
    getenv secure_getenv setenv putenv setlocale newlocale uselocale
    rand srand random srandom drand48 arc4random getrandom getentropy RAND_bytes RAND_priv_bytes
    open open64 openat openat64 creat close read write readv writev pread pread64 pwrite pwrite64
    fsync fdatasync sync mmap mmap64 rename unlink remove mkdir opendir stat fstat
    fopen fopen64 freopen fread fwrite fclose fflush printf puts putchar
    socket connect bind listen accept accept4 send sendto sendmsg recv recvfrom recvmsg poll select
    epoll_wait getaddrinfo fork execve system signal sigaction
""".split()
SYMBOLS = re.compile(
    r"^(?:(?:__)?(?:" + "|".join(CALLS) + r")(?:_2|_chk)?|pthread_\w+|"
    r"std::chrono::.*::now\(\)|std::random_device::.*|std::filesystem::.*|"
    r"std::(?:jthread|thread|mutex|condition_variable|this_thread)::.*|std::__throw_future.*|"
    r"std::locale::.*|std::basic_[io]?f(?:stream|ilebuf).*|std::(?:cin|cout|cerr|clog)|spdlog::.*)"
    r"(?:@.*)?$"
)


def core_modules(root):
    return [
        module.name
        for module in read_plan(root).values()
        if module.floor <= FLOOR_MAX and module.name not in OUTSIDE
    ]


def check_sources(root):
    root = Path(root)
    faults = []
    for module in core_modules(root):
        for path in cpp_files(root, f"include/tally/{module}", f"src/{module}"):
            name = path.relative_to(root).as_posix()
            if name not in OUTSIDE_FILES:
                faults += check_file(path, name, module)
    return faults


def check_file(path, name, module):
    """name: of path, relative to the root."""
    allowed = ALLOWED.get(name, set())
    faults = []
    for line, _, header in includes(path):
        for what, headers in HEADERS.items():
            if header in headers.split() and what not in allowed:
                faults.append(f"{name}:{line}: {what} in {module}: <{header}>")
    for line, text in enumerate(code_alone(path.read_text()).split("\n"), 1):
        if text.lstrip().startswith("#"):
            continue
        for what, patterns in PATTERNS.items():
            match = next((m for m in (p.search(text) for p in patterns) if m), None)
            if match and what not in allowed:
                faults.append(f"{name}:{line}: {what} in {module}: {match.group().strip()}")
        if REINTERPRET.search(text) and module not in MAY_REINTERPRET:
            faults.append(f"{name}:{line}: reinterpret_cast in {module}; codec reads bytes")
    return faults


def check_archives(root, archives):
    """Undefined symbols of the core's archives that have been built."""
    faults = []
    for module in core_modules(root):
        archive = Path(archives) / f"libtally_{module}.a"
        if archive.exists():
            listing = subprocess.run(
                ["nm", "-uC", str(archive)], capture_output=True, text=True, check=True
            )
            faults += check_symbols(module, archive.name, listing.stdout)
    return faults


def check_symbols(module, archive, listing):
    """listing: what nm -uC prints, an object's name and a colon before its symbols."""
    faults = []
    source = ""
    for line in listing.splitlines():
        if line.endswith(".o:"):
            source = f"src/{module}/{line[:-3]}"
            continue
        symbol = re.sub(r"^\s*[Uwv]\s+", "", line).strip()
        if source not in OUTSIDE_FILES and SYMBOLS.match(symbol):
            faults.append(f"{archive}: {source} calls {symbol}")
    return faults


def main():
    parser = argparse.ArgumentParser(description="Keeps the core pure.")
    parser.add_argument("root")
    parser.add_argument("--archives", help="the folder of the built libtally_*.a")
    options = parser.parse_args()
    faults = check_sources(options.root)
    if options.archives:
        faults += check_archives(options.root, options.archives)
    return report("core purity", faults)


if __name__ == "__main__":
    sys.exit(main())
