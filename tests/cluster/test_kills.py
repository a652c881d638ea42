"""SIGKILL at random moments under load: reliability.md A1 and A6. TALLY_KILLS says how many."""

import os
import random
import statistics
import time
import unittest

from cluster import NUMBERS, Cluster, seed_of
from load import Load

KILLS = int(os.environ.get("TALLY_KILLS", 20))
BACK_S = 60  # the most that any service may be away; what it takes is printed


class Kills(unittest.TestCase):
    def setUp(self):
        self.random = seed_of(random)
        self.kills = 0
        self.after_primary = []
        self.after_all = []

    def test_lose_nothing_and_need_nobody(self):
        with Cluster() as cluster:
            with Load(cluster) as load:
                load.wait_for_answer(0, seconds=30)
                while self.kills < KILLS:
                    self.one_round(cluster, load)
                cluster.wait_for_votes()
                load.wait_for_answer(time.monotonic(), BACK_S)
            load.check_all()
            self.report(load)
            # Also who was under way when all four died is answered once they are back.
            self.assertLess(load.longest_wait(), BACK_S)

    def victims(self, cluster):
        """Mostly one node, the primary more often than its share; now and then two, or all."""
        draw = self.random.random()
        if draw < 0.05:
            return list(NUMBERS)
        if draw < 0.15:
            return self.random.sample(NUMBERS, 2)
        if draw < 0.45:
            return [cluster.primary()]
        return [self.random.choice(NUMBERS)]

    def one_round(self, cluster, load):
        """Kills, restarts at once or later, and mostly waits until the network serves again."""
        victims = self.victims(cluster)
        primary = cluster.primary()
        time.sleep(self.random.uniform(0, 0.5))  # the random moment
        for number in victims:
            cluster.kill(number)
        killed = time.monotonic()
        self.kills += len(victims)
        restart_later = len(victims) == 1 and self.random.random() < 0.5
        if not restart_later:
            time.sleep(self.random.choice((0, 0, 0.3)))
            for number in victims:
                cluster.run(number)
        # One time in four the next kill comes while the network still finds its feet.
        if restart_later or self.random.random() < 0.75:
            took = load.wait_for_answer(killed, BACK_S)
            if len(victims) == 4:
                self.after_all.append(took)
            elif victims == [primary]:
                self.after_primary.append(took)
        if restart_later:
            cluster.run(victims[0])

    def report(self, load):
        print(f"kills {self.kills}, transactions {load.transactions()}, all answers kept; sent "
              f"more than once: {sum(each.attempts > 1 for each in load.submissions)} submissions; "
              f"the longest wait {load.longest_wait():.1f} s")
        for what, times in (("the primary", self.after_primary), ("all four", self.after_all)):
            if times:
                print(f"from the kill of {what} to the next answer: {len(times)} times, "
                      f"p50 {statistics.median(times):.2f} s, max {max(times):.2f} s")


if __name__ == "__main__":
    unittest.main()
