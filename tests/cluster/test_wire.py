"""Links that are slow, break, or change bytes on the way: reliability.md C2, C6, C14.

None of it is a reason to change the view, to stop service, or to believe anything."""

import pathlib
import time
import unittest

from cluster import NUMBERS, Cluster, wait_until
from load import Load

SERVED_S = 10
RELINKED_S = 15  # the pause between dials grows to 5 s


class Wire(unittest.TestCase):
    def test_a_bad_wire_costs_time_and_nothing_else(self):
        with Cluster(chaos=True) as self.cluster:
            self.mesh = self.cluster.mesh
            self.primary = self.cluster.primary()
            self.low, self.high = [each for each in NUMBERS if each != self.primary][:2]
            self.view = self.cluster.status(self.primary)["view"]
            with Load(self.cluster) as self.load:
                # The one that makes nodes wait longest before they dial again comes last.
                for scenario in (self.slow_links, self.narrow_link, self.half_closed_link,
                                 self.flipped_bits, self.reset_links, self.flapping_links):
                    scenario()
                    self.is_well_again(scenario.__name__)
            self.load.check_all()

    def served(self, count=3):
        return self.load.wait_for_answer(time.monotonic(), SERVED_S, count)

    def is_well_again(self, after):
        self.mesh.heal()
        self.cluster.wait_for_votes(seconds=RELINKED_S)
        self.served()
        views = [status["view"] for status in self.cluster.statuses(NUMBERS)]
        self.assertEqual(views, [self.view] * 4, f"after {after}")

    def slow_links(self):
        self.mesh.slow(self.mesh.all(), delay=0.05, jitter=0.03)

        self.assertGreater(self.served(), 0.2)  # four delays at the least

    def narrow_link(self):
        """One backup hears the primary at 20 kB/s: it lags, and nobody waits for it."""
        self.mesh.slow([self.mesh.link(self.primary, self.high)], bytes_per_second=20_000)

        self.served(count=20)

    def reset_links(self):
        before = {link: link.accepted for link in self.mesh.all()}

        self.mesh.reset(self.mesh.all())

        self.cluster.wait_for_votes(seconds=RELINKED_S)
        self.assertTrue(all(link.accepted > before[link] for link in self.mesh.all()))

    def flapping_links(self):
        """A backup's links break five times a second; no connection stays behind."""
        links = self.mesh.between([self.high], [each for each in NUMBERS if each != self.high])

        for _ in range(10):
            self.mesh.reset(links)
            time.sleep(0.2)
        self.served()

        self.cluster.wait_for_votes(seconds=RELINKED_S)
        wait_until(lambda: self.peer_connections() == 6, 5,
                   lambda: f"{self.peer_connections()} connections for 6 links")

    def peer_connections(self):
        """Those at the nodes' peer ports that are open, or wait for the node to close them."""
        ports = {node["peer_port"] for node in self.cluster.layout}
        count = 0
        for line in pathlib.Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
            _, local, _, state = line.split()[:4]
            if int(local.rpartition(":")[2], 16) in ports and state in ("01", "08"):
                count += 1
        return count

    def half_closed_link(self):
        link = self.mesh.link(self.low, self.high)
        before = link.accepted

        self.mesh.half_close(link, self.low)

        wait_until(lambda: link.accepted > before, RELINKED_S, "no new link after a half-close")

    def flipped_bits(self):
        """TLS notices; the link is made anew, and no bit of it has any effect."""
        link = self.mesh.link(self.low, self.high)
        before = link.accepted

        self.mesh.flip(link, towards=self.low)

        wait_until(lambda: link.accepted > before, RELINKED_S, "no new link after a flip")
        self.assertRegex(self.cluster.log(self.low).read_text(encoding="utf-8"),
                         r"peer_closed \S+ reason=TLS .*\n")


if __name__ == "__main__":
    unittest.main()
