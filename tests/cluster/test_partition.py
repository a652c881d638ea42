"""A network that falls apart: reliability.md C3, C4, C7. TALLY_PARTITION: seconds that each lasts.

Fewer than a quorum commit nothing; a quorum serves on; once healed, all are back at one root."""

import os
import time
import unittest

from cluster import NUMBERS, Cluster
from load import Load

LASTS_S = int(os.environ.get("TALLY_PARTITION", 3))
REPLACED_S = 3.0
# Three timeouts of a view that follows a failed one, after a pause between dials of at most 5 s.
HEALED_S = 3 * 3.0 + 5.0


class Partition(unittest.TestCase):
    def test_no_minority_commits_and_all_come_together(self):
        with Cluster(chaos=True) as self.cluster:
            self.mesh = self.cluster.mesh
            with Load(self.cluster) as self.load:
                for scenario in (self.backup_alone, self.primary_alone, self.two_and_two,
                                 self.deaf_backup, self.deaf_primary):
                    self.load.wait_for_answer(time.monotonic(), 30, count=4)
                    self.primary = self.cluster.primary()
                    self.backups = [each for each in NUMBERS if each != self.primary]
                    self.view = self.cluster.status(self.primary)["view"]
                    scenario()
                    self.heal(scenario.__name__)
            self.load.check_all()

    def around(self, *numbers):
        """The links between these nodes and all others."""
        others = [each for each in NUMBERS if each not in numbers]
        return self.mesh.between(numbers, others)

    def heal(self, after):
        healed = time.monotonic()
        self.mesh.heal()
        took = self.load.wait_for_answer(healed, 60)
        self.cluster.wait_for_votes(seconds=HEALED_S)
        print(f"{after}: an answer {took:.2f} s after healing, all vote after "
              f"{time.monotonic() - healed:.2f} s")
        self.assertLessEqual(took, HEALED_S, f"after {after}")

    def lasts(self, minority, began, answered):
        """While the partition lasts: who is no quorum stands still; `answered`: the others serve.

        What was on its way when the links broke may bring the minority one height; then no more."""
        if answered:
            self.load.wait_for_answer(time.monotonic(), 20, count=3)
        else:
            time.sleep(1.0)
        settled = time.monotonic()
        before = [status["stable"] for status in self.cluster.statuses(minority)]
        if answered:
            self.load.wait_for_answer(settled, 20, count=3)
        time.sleep(max(0.0, began + LASTS_S - time.monotonic()))
        if not answered:
            self.assertEqual(self.load.answers_since(settled), [])
        after = [status["stable"] for status in self.cluster.statuses(minority)]
        self.assertEqual(len(after), len(minority), "a node does not answer")
        self.assertEqual(after, before, "a minority has committed")

    def backup_alone(self):
        alone = self.backups[0]
        began = time.monotonic()

        self.mesh.cut(self.around(alone))

        self.lasts([alone], began, answered=True)
        views = {status["view"] for status in self.cluster.statuses(
            [each for each in NUMBERS if each != alone])}
        self.assertEqual(views, {self.view}, "one node's complaints moved the others")

    def primary_alone(self):
        """Without a word: as when a cable is pulled."""
        began = time.monotonic()

        self.mesh.silence(self.around(self.primary))

        self.assertLessEqual(self.load.wait_for_answer(began, 20), REPLACED_S)
        self.lasts([self.primary], began, answered=True)

    def two_and_two(self):
        began = time.monotonic()

        self.mesh.cut(self.around(1, 2))

        self.lasts(NUMBERS, began, answered=False)

    def deaf_backup(self):
        """It hears nobody, and everybody hears it complain."""
        deaf = self.backups[0]
        began = time.monotonic()

        self.mesh.silence(self.around(deaf), towards=deaf)

        self.lasts([deaf], began, answered=True)
        views = {status["view"] for status in self.cluster.statuses(
            [each for each in NUMBERS if each != deaf])}
        self.assertEqual(views, {self.view}, "one node's complaints moved the others")

    def deaf_primary(self):
        began = time.monotonic()

        self.mesh.silence(self.around(self.primary), towards=self.primary)

        self.assertLessEqual(self.load.wait_for_answer(began, 20), REPLACED_S)
        self.lasts([self.primary], began, answered=True)


if __name__ == "__main__":
    unittest.main()
