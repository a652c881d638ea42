"""Configures small projects with src/floors.cmake: a wrong plan must stop them, and say why."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

FLOORS = Path(__file__).resolve().parents[2] / "src/floors.cmake"
CMAKE = os.environ.get("CMAKE_COMMAND", "cmake")


def configure(plan):
    """CMake's exit code and output for a project with that floor plan, of headers alone."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "CMakeLists.txt").write_text(
            f"cmake_minimum_required(VERSION 3.25)\nproject(planted LANGUAGES NONE)\n"
            f"add_library(tl::expected INTERFACE IMPORTED)\ninclude({FLOORS})\n{plan}\n"
        )
        done = subprocess.run(
            [CMAKE, "-S", folder, "-B", str(project / "build")], capture_output=True, text=True
        )
        # CMake breaks its messages into lines as it likes.
        return done.returncode, " ".join((done.stdout + done.stderr).split())


class FloorPlan(unittest.TestCase):
    def assert_stops(self, plan, message):
        code, output = configure(plan)
        self.assertNotEqual(code, 0)
        self.assertIn(message, output)

    def test_accepts_downward_dependencies(self):
        code, output = configure(
            "tally_module(base FLOOR 0)\ntally_module(points FLOOR 4 DEPENDS base)"
        )
        self.assertEqual(code, 0, output)

    def test_refuses_a_dependency_on_the_same_floor(self):
        self.assert_stops(
            "tally_module(points FLOOR 4)\ntally_module(exchange FLOOR 4 DEPENDS points)",
            "exchange (floor 4) may not depend on points (floor 4)",
        )

    def test_refuses_an_upward_dependency(self):
        self.assert_stops(
            "tally_module(node FLOOR 6)\ntally_module(points FLOOR 4 DEPENDS node)",
            "points (floor 4) may not depend on node (floor 6)",
        )

    def test_refuses_an_unknown_dependency(self):
        self.assert_stops(
            "tally_module(points FLOOR 4 DEPENDS base)",
            "points depends on base, which is not declared above it",
        )

    def test_refuses_a_module_without_a_floor(self):
        self.assert_stops("tally_module(points)", "points needs a FLOOR")

    def test_refuses_a_word_that_it_does_not_know(self):
        self.assert_stops("tally_module(points 4)", "points: do not understand 4")

    def test_holds_programs_to_the_same_rule(self):
        self.assert_stops(
            "tally_module(app FLOOR 8)\ntally_program(tallyd FLOOR 8 DEPENDS app)",
            "tallyd (floor 8) may not depend on app (floor 8)",
        )


if __name__ == "__main__":
    unittest.main()
