"""The CDNOW sample through four nodes: exact totals everywhere, and nothing twice."""

import json
import shutil
import subprocess
import time
import unittest

from network import SHARED, Network

SAMPLE = SHARED / "cdnow" / "CDNOW_sample.txt"


def expected():
    """Rows, customers, and one point for each full unit of money: counted here, not by tally."""
    rows, customers, points = 0, set(), 0
    for line in SAMPLE.read_text(encoding="ascii").splitlines():
        customer, _, _, _, amount = line.split()
        whole, cents = amount.split(".")
        assert len(cents) == 2
        rows, points = rows + 1, points + int(whole)
        customers.add(customer)
    return rows, len(customers), points


@unittest.skipUnless(SAMPLE.is_file(), f"no {SAMPLE}: the shared data are not on this machine")
class Import(unittest.TestCase):
    def setUp(self):
        self.rows, self.members, self.points = expected()
        self.assertEqual((self.rows, self.members), (6_919, 2_357))  # as published

    def copied(self, network):
        log = network.folder / "cdnow.txt"
        shutil.copy(SAMPLE, log)
        return log

    def check_audits(self, network, programme):
        """Every node's own data come to the same exact totals."""
        reports = network.audits()
        for report in reports:
            own = [each for each in report["programmes"] if each["programme"] == programme]
            self.assertEqual(len(own), 1)
            self.assertEqual(own[0]["issued"], self.points)
            self.assertEqual(own[0]["outstanding"] + own[0]["expired"], self.points)
            self.assertEqual(own[0]["members"], self.members)
            self.assertEqual(own[0]["earns"], self.rows)

    def test_posts_each_row_once_on_every_node(self):
        with Network() as network:
            words = ["import", self.copied(network), "--format", "cdnow", "--programme", "grocer"]
            first = network.ask(*words)
            second = network.ask(*words)
            network.same_root()
            network.stop()

            self.assertEqual(first["rows"], self.rows)
            self.assertEqual(first["members"], self.members)
            self.assertEqual(first["accepted"], self.rows)
            self.assertEqual(first["points_issued"], self.points)
            self.assertEqual(first["refused"], {})
            self.assertEqual(second["accepted"], 0)
            self.assertEqual(second["enrolments"]["accepted"], 0)
            self.assertEqual(second["replayed"], self.rows)
            self.assertEqual(second["points_issued"], 0)
            self.assertEqual(second["points_replayed"], self.points)
            self.check_audits(network, programme=1)

    def test_goes_on_when_its_node_dies(self):
        with Network() as network:
            primary = network.nodes()[0]["primary"]
            victim = network.nodes()[primary % 4]  # the one after it
            self.assertNotEqual(victim["node"], primary)
            words = ["import", self.copied(network), "--format", "cdnow", "--programme", 1]
            others = [node for node in network.nodes() if node != victim]
            # Through the one that dies, one submission at a time, so that there is a middle.
            importing = subprocess.Popen(
                network.words(*words, *self.by_name(network, [victim, *others]), "--json",
                              "--batch", 256, "--in-flight", 1),
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=network.folder)
            self.wait_for_earns(network)
            network.tally("localnet", "kill", victim["node"], "--dir", network.net)
            self.assertIsNone(importing.poll(), "the import was over before the node died")
            out, err = importing.communicate(timeout=300)
            self.assertEqual(importing.returncode, 0, err)
            summary = json.loads(out)

            network.tally("localnet", "restart", victim["node"], "--dir", network.net,
                          "--timeout", "120s")
            network.same_root()
            again = network.ask(*words)
            network.same_root()
            network.stop()

            # What the dead node could not answer any more is answered as a replay.
            self.assertEqual(summary["accepted"] + summary["replayed"], self.rows)
            self.assertEqual(summary["points_issued"] + summary["points_replayed"], self.points)
            self.assertEqual(again["accepted"], 0)
            self.assertEqual(again["replayed"], self.rows)
            self.check_audits(network, programme=1)

    @staticmethod
    def by_name(network, nodes):
        """The grocer's import key at these nodes, the first of them first."""
        keys = network.net / "merchants" / "grocer"
        words = ["--ca", network.net / "ca.pem", "--cert", keys / "operator-tls.crt",
                 "--key", keys / "operator-tls.pem", "--sign-key", keys / "import.pem",
                 "--merchant", 1]
        for node in nodes:
            words += ["--endpoint", node["endpoint"]]
        return words

    def wait_for_earns(self, network):
        """Ten batches of members and a few of earns have gone through."""
        start = max(node["stable"] for node in network.nodes())
        deadline = time.monotonic() + 60
        while max(node["stable"] for node in network.nodes()) < start + 14:
            self.assertLess(time.monotonic(), deadline, "the import does not get on")
            time.sleep(0.05)


if __name__ == "__main__":
    unittest.main()
