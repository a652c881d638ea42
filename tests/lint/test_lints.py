"""Plants faults in small trees: each lint must catch its own, and pass the clean tree."""

import shutil
import tempfile
import unittest
from pathlib import Path

import check_core_purity
import check_floors
import check_shape
from floor_plan import code_alone

CLEAN = {
    "src/CMakeLists.txt": """
        # The floor plan.
        tally_module(base FLOOR 0 SOURCES base/log.cpp PRIVATE_LIBS spdlog::spdlog)
        tally_module(codec FLOOR 1 SOURCES codec/reader.cpp DEPENDS base)
        tally_module(points FLOOR 4
          SOURCES points/earn.cpp  # one file a kind
          DEPENDS base codec)
        tally_module(exchange FLOOR 4 SOURCES exchange/netting.cpp DEPENDS base)
        tally_module(storage FLOOR 4 SOURCES storage/file.cpp DEPENDS base)
        tally_program(tallyd FLOOR 8 SOURCES app/tallyd.cpp DEPENDS base points)
        tally_program(tally FLOOR 8 SOURCES app/tally.cpp DEPENDS base exchange)
        """,
    "include/tally/base/log.h": "#include <string>\n",
    "include/tally/points/points.h": "#include <tl/expected.hpp>\n#include <tally/base/result.h>\n",
    "include/tally/base/result.h": "#include <string_view>\n",
    "src/base/log.cpp": "#include <spdlog/spdlog.h>\n#include <chrono>\n#include <mutex>\n",
    "src/codec/reader.cpp": "char* at = reinterpret_cast<char*>(bytes);\n",
    "src/points/lots.h": "#pragma once\n",
    "src/points/earn.cpp": (
        '#include "points/lots.h"\n\n#include <tally/points/points.h>\n'
        "// A float, std::mutex and rand() in a comment harm nobody.\n"
        'const char* kText = "a double and steady_clock::now()";\n'
        "const int kLarge = 1'000'000;\n"
        "Timestamp now = block.time();\n"
    ),
    "src/exchange/netting.cpp": "#include <algorithm>\n",
    "src/storage/file.cpp": "#include <fstream>\n#include <fcntl.h>\n",
    "src/app/tallyd.cpp": "#include <tally/points/points.h>\n#include <iostream>\n",
    "src/app/tally.cpp": '#include <thread>\n#include "app/wiring.h"\n',
    "proto/tally/v1/points.proto": 'syntax = "proto3";\n',
}


class LintTest(unittest.TestCase):
    """A clean tree in a folder of its own, in which `plant` puts the fault."""

    def setUp(self):
        self.root = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        for name, text in CLEAN.items():
            self.plant(name, text)

    def plant(self, name, text, end=""):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + end)

    def add(self, name, text):
        self.plant(name, (self.root / name).read_text() + text + "\n")

    def assert_caught(self, faults, *expected):
        """One fault for each expected part of its text, in any order, and no other."""
        self.assertEqual(len(faults), len(expected), faults)
        for part in expected:
            self.assertTrue(any(part in fault for fault in faults), (part, faults))


class Floors(LintTest):
    def faults(self):
        return check_floors.check(self.root)

    def test_passes_the_clean_tree(self):
        self.assertEqual(self.faults(), [])

    def test_catches_a_module_of_the_same_floor(self):
        self.add("src/exchange/netting.cpp", "#include <tally/points/points.h>")
        self.assert_caught(self.faults(), "exchange may not include points; declared: base")

    def test_catches_a_lower_module_that_is_not_declared(self):
        self.add("src/storage/file.cpp", "#include <tally/codec/reader.h>")
        self.assert_caught(self.faults(), "storage may not include codec; declared: base")

    def test_catches_an_upward_include_of_a_contract(self):
        self.add("include/tally/base/log.h", "#include <tally/points/points.h>")
        self.assert_caught(self.faults(), "base may not include points; declared: none")

    def test_catches_an_upward_declaration(self):
        self.add("src/CMakeLists.txt", "tally_module(rules FLOOR 3 DEPENDS points)")
        self.assert_caught(self.faults(), "rules (floor 3) may not depend on points (floor 4)")

    def test_catches_an_unknown_dependency(self):
        self.add("src/CMakeLists.txt", "tally_module(rules FLOOR 3 DEPENDS utilities)")
        self.assert_caught(self.faults(), "rules depends on utilities, unknown")

    def test_catches_a_library_in_a_contract(self):
        self.add("include/tally/points/points.h", "#include <rocksdb/db.h>")
        self.assert_caught(self.faults(), "a contract may not include rocksdb/db.h")

    def test_catches_a_private_header_in_its_own_contract(self):
        self.add("include/tally/points/points.h", '#include "points/lots.h"')
        self.assert_caught(self.faults(), "a contract may not include points/lots.h")

    def test_catches_another_modules_private_header(self):
        self.add("src/exchange/netting.cpp", '#include "points/lots.h"')
        self.assert_caught(self.faults(), "points/lots.h is private to points")

    def test_catches_a_private_header_without_its_module(self):
        self.add("src/points/earn.cpp", '#include "lots.h"')
        self.assert_caught(self.faults(), 'own headers are included as "points/x.h"')

    def test_catches_a_library_that_is_not_declared(self):
        self.add("src/points/earn.cpp", "#include <openssl/evp.h>")
        self.assert_caught(self.faults(), "OpenSSL::Crypto is not among its PRIVATE_LIBS")

    def test_catches_an_undeclared_module(self):
        self.plant("include/tally/passes/passes.h", "#pragma once\n")
        self.assert_caught(self.faults(), "module passes is not declared")

    def test_catches_a_source_that_nobody_builds(self):
        self.plant("src/points/redeem.cpp", "\n")
        self.assert_caught(self.faults(), "src/points/redeem.cpp: not among the SOURCES")

    def test_catches_a_file_outside_every_module(self):
        self.plant("include/tally/everything.h", "\n")
        self.assert_caught(self.faults(), "stands outside every module")

    def test_says_so_when_it_cannot_read_the_plan(self):
        self.add("src/CMakeLists.txt", "tally_module(rules FLOOR 3 SOURCES ${FILES})")
        self.assert_caught(self.faults(), "plain words only")

    def test_ignores_includes_in_comments(self):
        self.add("src/exchange/netting.cpp", "/*\n#include <tally/points/points.h>\n*/")
        self.assertEqual(self.faults(), [])


class CorePurity(LintTest):
    def faults(self):
        return check_core_purity.check_sources(self.root)

    def test_passes_the_clean_tree(self):
        self.assertEqual(self.faults(), [])

    def test_catches_each_impurity(self):
        planted = {
            "auto t = std::chrono::steady_clock::now();": "a clock in points",
            "auto t = ::time(nullptr);": "a clock in points",
            "std::jthread worker;": "a thread in points",
            "thread_local int count;": "a thread in points",
            "std::mutex guard;": "a mutex in points",
            "std::atomic<int> count;": "a mutex in points",
            "int dice = rand();": "randomness in points",
            "std::random_device source;": "randomness in points",
            "std::ofstream out;": "a file in points",
            'std::fprintf(stderr, "x");': "a file in points",
            'auto* home = getenv("HOME");': "an environment in points",
            "double rate;": "a float in points",
            "auto rate = 1.5;": "a float in points",
            "auto rate = 2e3;": "a float in points",
            "std::unordered_map<int, int> counts;": "an unordered container in points",
            "std::hash<int> hash;": "a hash that differs by build in points",
            "std::ostringstream out;": "a locale in points",
            "bool digit = std::isdigit(c);": "a locale in points",
            "auto* p = reinterpret_cast<char*>(q);": "reinterpret_cast in points",
            "#include <chrono>\n#include <mutex>": "a mutex in points: <mutex>",
            "#include <tally/base/log.h>": "a log in points",
        }
        clean = (self.root / "src/points/earn.cpp").read_text()
        for code, expected in planted.items():
            with self.subTest(code):
                self.plant("src/points/earn.cpp", clean, code + "\n")
                self.assert_caught(self.faults(), expected)

    def test_catches_one_in_a_contract(self):
        self.add("include/tally/points/points.h", "float rate;")
        self.assert_caught(self.faults(), "include/tally/points/points.h:3: a float in points")

    def test_leaves_numbers_and_members_alone(self):
        self.add("src/points/earn.cpp", "auto x = a.time() + b->clock() + 0x1e5 + v[1].rand();")
        self.add("src/points/earn.cpp", "Timestamp time() const; auto y = doubled(floats);")
        self.assertEqual(self.faults(), [])

    def test_catches_a_call_in_an_archive(self):
        listing = (
            "earn.cpp.o:\n                 U clock_gettime@GLIBC_2.17\n"
            "                 U memcpy\n                 U std::chrono::_V2::system_clock::now()\n"
        )
        faults = check_core_purity.check_symbols("points", "libtally_points.a", listing)
        self.assert_caught(
            faults, "src/points/earn.cpp calls clock_gettime", "calls std::chrono::_V2::system"
        )

    def test_catches_each_kind_of_call_and_leaves_the_rest_alone(self):
        caught = (
            "std::chrono::_V2::steady_clock::now()", "getrandom@GLIBC_2.25", "rand", "getenv",
            "pthread_create", "pthread_rwlock_rdlock", "open", "__open64_2", "__read_chk", "write",
            "fsync", "socket", "setlocale", "std::random_device::_M_getval()", "std::cout",
            "std::filesystem::status(std::filesystem::__cxx11::path const&)",
        )
        for symbol in caught:
            with self.subTest(symbol):
                faults = check_core_purity.check_symbols(
                    "points", "libtally_points.a", f"earn.cpp.o:\n                 U {symbol}\n"
                )
                self.assert_caught(faults, f"src/points/earn.cpp calls {symbol}")

        for symbol in ("memcpy", "tally::points::open(int)", "EVP_DigestSign", "std::terminate()",
                       "w __pthread_key_create", "tally::state::time"):
            listing = f"earn.cpp.o:\n                 U {symbol}\n"
            self.assertEqual(
                check_core_purity.check_symbols("points", "libtally_points.a", listing), []
            )

    def test_allows_the_log_its_calls(self):
        listing = "log.cpp.o:\n                 U clock_gettime\n"
        faults = check_core_purity.check_symbols("base", "libtally_base.a", listing)
        self.assertEqual(faults, [])


class Shape(LintTest):
    def faults(self):
        return check_shape.check(self.root)

    def test_passes_the_clean_tree(self):
        self.assertEqual(self.faults(), [])

    def test_allows_600_lines_and_catches_601(self):
        self.plant("src/points/earn.cpp", "\n" * 600)
        self.assertEqual(self.faults(), [])

        self.plant("src/points/earn.cpp", "\n" * 601)
        self.assert_caught(self.faults(), "601 lines")

    def test_allows_a_function_of_70_lines_and_catches_71(self):
        self.plant("src/points/earn.cpp", function(70))
        self.assertEqual(self.faults(), [])

        self.plant("src/points/earn.cpp", function(71))
        self.assert_caught(self.faults(), "src/points/earn.cpp:2: earn has 71 lines")

    def test_finds_long_functions_wherever_they_stand(self):
        body = "\n  x();" * 80 + "\n"
        planted = {
            "in a namespace": "namespace tally::points {\nint f() {" + body + "}\n}",
            "a method": "class A final : public B {\n public:\n  int f() const override {%s}\n};",
            "a constructor": "A::A(int a)\n    : a_{a}, b_(a) {" + body + "}",
            "a constructor's last brace": "A::A(int a) : b_(a), a_{a} {" + body + "}",
            "a test": "TEST(Earn, Adds) {" + body + "}",
            "a template": "template <typename T>\n  requires std::integral<T>\nauto f(T t)"
                          " -> Result<T> {%s}",
            "with a default": "int f(Options options = {}) {" + body + "}",
            "an operator": "bool operator==(const A& a, const A& b) {" + body + "}",
            "with a lambda": "int f() {\n  auto g = [&](int x) {" + body + "};\n}",
            "after a table": "const int kTable[] = {1, 2};\nint f() noexcept {" + body + "}",
            "a named lambda": "const auto f = [](int x) {" + body + "};",
        }
        for where, text in planted.items():
            with self.subTest(where):
                self.plant("src/points/earn.cpp", text.replace("%s", body) + "\n")
                self.assert_caught(self.faults(), "lines; at most 70")

    def test_does_not_take_classes_and_tables_for_functions(self):
        rows = "\n  {1, 2}," * 80
        methods = "\n  int f() { return 1; }" * 80
        self.plant("src/points/earn.cpp", f"class A {{{methods}\n}};\n")
        self.plant("src/exchange/netting.cpp", f"constexpr Row kRows[] = {{{rows}\n}};\n")
        self.plant("src/storage/file.cpp", f"namespace a {{{methods}\n}}\n")
        self.assertEqual(self.faults(), [])

    def test_is_not_misled_by_braces_in_text(self):
        self.plant("src/points/earn.cpp", "char c = '{';\nauto s = R\"({{)\";\n" + function(60) * 2)
        self.assertEqual(self.faults(), [])

    def test_allows_a_line_of_100_and_catches_101(self):
        self.plant("src/points/earn.cpp", "x" * 100 + "\n")
        self.assertEqual(self.faults(), [])

        self.plant("src/points/earn.cpp", "x" * 101 + "\n")
        self.assert_caught(self.faults(), "a line of 101")

    def test_catches_work_that_was_left(self):
        for word in ("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"):
            with self.subTest(word):
                self.plant("proto/tally/v1/points.proto", f"// {word}: later\n")
                self.assert_caught(self.faults(), "file an issue instead")

    def test_catches_code_in_a_comment(self):
        for code in ("return x;", "x = f(y);", "store.commit(block);", "if (x) {", "}",
                     '#include "a.h"'):
            with self.subTest(code):
                self.plant("src/points/earn.cpp", f"int a;\n  // {code}\n")
                self.assert_caught(self.faults(), "src/points/earn.cpp:2: code in a comment")

    def test_leaves_prose_alone(self):
        self.plant(
            "src/points/earn.cpp",
            "// Rounded down (see the rules); the rest is lost.\n"
            "// return value: what was earned;\n"
            "// If a lot expires, it goes first;\n"
            "/// store.commit(block);\n"
            "//   const Bytes bytes = seal(earn);\n"
            "// FORMAT: stored; docs/formats.md\n"
            "// f(x) = a + b; and so on.\n",
        )
        self.assertEqual(self.faults(), [])

    def test_catches_a_library_in_a_contract(self):
        self.add("include/tally/points/points.h", "#include <rocksdb/db.h>")
        self.assert_caught(self.faults(), "rocksdb/db.h in a contract")

    def test_catches_a_file_name_in_camel_case(self):
        self.plant("src/points/openLots.cpp", "\n")
        self.assert_caught(self.faults(), "file names are lower_case")


class Text(unittest.TestCase):
    def test_keeps_lines_where_they_are(self):
        text = 'a /* x\ny */ b "c\\"d" // e\nR"(\n)" \'\\\'\' f'
        code = code_alone(text)

        self.assertEqual(code.count("\n"), text.count("\n"))
        for gone in "xycde":
            self.assertNotIn(gone, code)
        for kept in "abf":
            self.assertIn(kept, code)


def function(lines):
    """A function of that many lines, on the second line of its text."""
    return "\nint earn(int x) {" + "\n  x += 1;" * (lines - 2) + "\n}\n"


if __name__ == "__main__":
    unittest.main()
