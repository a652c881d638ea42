"""Nodes that die or stand still under load, at default settings: reliability.md A4 and A5.

TALLY_PRIMARIES says how many are killed in turn, TALLY_PAUSES for how many seconds each a backup
stands still, as in `1 10 30`."""

import os
import statistics
import time
import unittest

from cluster import NUMBERS, Cluster, wait_until
from load import Load

PRIMARIES = int(os.environ.get("TALLY_PRIMARIES", 2))
BACKUP_PAUSES_S = [float(each) for each in os.environ.get("TALLY_PAUSES", "1").split()]
PAUSE_S = 10
BACK_S = 3.0  # the promise
# What replaces a primary, in the replica's words: whoever waits names votes, or a node.
WAITS_FOR = (r"(a proposal of the primary|prepares|commits|checkpoint votes|its own ledger|another "
             r"primary|catching up|the blocks \d+ to \d+ from its peers|view-changes for view \d+ "
             r"\(\d of 3\)|the new-view of the primary of view \d+)")


class Primary(unittest.TestCase):
    def test_nodes_that_die_or_stand_still_stop_nobody(self):
        with Cluster() as self.cluster:
            with Load(self.cluster) as self.load:
                for scenario in (self.killed_primaries, self.frozen_primary, self.frozen_backup):
                    scenario()
            self.load.check_all()

    def ready(self):
        """Under way, so that what follows comes under load; returns the primary and the others."""
        self.cluster.wait_for_votes()
        self.load.wait_for_answer(time.monotonic(), 30, count=4)
        primary = self.cluster.primary()
        return primary, [number for number in NUMBERS if number != primary]

    def killed_primaries(self):
        times = []
        for _ in range(PRIMARIES):
            primary, others = self.ready()
            self.cluster.kill(primary)
            killed = time.monotonic()
            told = self.words_until_served(others[0], killed)
            times.append(self.load.wait_for_answer(killed, 0))
            self.cluster.run(primary)
            self.assertLessEqual(times[-1], BACK_S, f"meanwhile: {told}")
            self.assertGreater(len(told), 1, "nobody was asked meanwhile")
            for words in told:
                self.assertRegex(words, WAITS_FOR)
        print(f"from the kill of the primary to the next answer: p50 "
              f"{statistics.median(times):.2f} s, max {max(times):.2f} s, of {PRIMARIES}")

    def words_until_served(self, number, since):
        """What this node says it waits for, as often as it can be asked."""
        told = []

        def is_served():
            told.append(self.cluster.status(number)["waiting_for"])
            return self.load.answers_since(since)

        wait_until(is_served, 30, lambda: f"no service; it waited for {told[-5:]}")
        return told

    def frozen_primary(self):
        primary, others = self.ready()
        began = time.monotonic()

        self.cluster.freeze(primary)

        self.assertLessEqual(self.load.wait_for_answer(began, 30), BACK_S)
        time.sleep(max(0.0, began + PAUSE_S - time.monotonic()))
        self.thaw(primary, others)
        self.assertNotEqual(self.cluster.primary(), primary)

    def frozen_backup(self):
        """One till waits for the node that stands still; the others buy on."""
        _, others = self.ready()
        view = self.cluster.status(others[1])["view"]
        for pause in BACKUP_PAUSES_S:
            began = time.monotonic()
            self.cluster.freeze(others[0])
            while time.monotonic() < began + pause:
                self.assertLess(self.load.wait_for_answer(time.monotonic(), 10), 1.5)
            self.thaw(others[0], others[1:])
            views = {status["view"] for status in self.cluster.statuses(NUMBERS)}
            self.assertEqual(views, {view}, "the view changed for a backup's sake")

    def thaw(self, number, others):
        """It goes on, with what it knew, and comes to where the others were."""
        height = self.cluster.status(others[-1])["executed"]
        self.cluster.thaw(number)
        self.cluster.wait_for_height(number, height)
        self.cluster.wait_for_votes()


if __name__ == "__main__":
    unittest.main()
