"""Damaged, lost and old data, and stops for safety: what tallyd start says of them, and the way out
that tallyd recover is (design/consensus.md §3.3)."""

import json
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

from network import BIN, Network, StoppedNetworkTest

SEGMENT = "votes/0000000000000001.votes"


def tallyd(*words, timeout=60):
    return subprocess.run([str(BIN / "tallyd"), *map(str, words)], text=True, timeout=timeout,
                          capture_output=True, check=False)


def files_of(folder):
    return {str(path.relative_to(folder)): path.stat().st_size
            for path in folder.rglob("*") if path.is_file() and path.name != "LOCK"}


class StoppedNode(StoppedNetworkTest):
    """What tallyd says to files that are not whole, and what recover makes of them."""

    def flip_in_the_log(self):
        log = self.data / SEGMENT
        text = bytearray(log.read_bytes())
        text[300] ^= 0x10
        log.write_bytes(text)

    def refused(self, code, number, command="start", *words):
        done = tallyd(command, "--config", self.config, *words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertIn(f"error {number}:", done.stderr)
        return done.stderr

    def recover(self, *words):
        done = tallyd("recover", "--config", self.config, "--json", *words)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def starts(self):
        """Starts the node till it is ready, ends it, and returns what it said on stderr or in its
        log."""
        log = self.net / "node-1" / "log"
        before = len(log.read_text()) if log.exists() else 0
        with subprocess.Popen([str(BIN / "tallyd"), "start", "--config", str(self.config)],
                              text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            line = process.stdout.readline()
            process.send_signal(signal.SIGTERM)
            said = process.communicate(timeout=60)[1]
        self.assertTrue(line.startswith("ready "), line + said)
        self.assertEqual(process.returncode, 0, said)
        return said + (log.read_text()[before:] if log.exists() else "")

    def test_whole_data_need_nothing(self):
        before = files_of(self.data)

        found = self.recover("--yes")

        self.assertEqual((found["ledger"]["state"], found["vote_log"]["state"]),
                         ("whole", "whole"))
        self.assertGreater(found["ledger"]["height"], 0)
        self.assertEqual((found["steps"], found["done"]), ([], False))
        self.assertEqual(files_of(self.data), before)

    def test_a_lost_vote_log_makes_a_learner(self):  # DIR-13
        shutil.rmtree(self.data / "votes")

        self.assertIn("learner reason=\"vote log lost", self.starts())

        self.assertNotIn("learner reason=\"vote log lost", self.starts())  # it has one again

    def test_damage_in_the_vote_log(self):  # DIR-17
        self.flip_in_the_log()
        said = self.refused(7, "E-DIR-009")
        self.assertIn(str(self.data / SEGMENT), said)
        self.assertIn("at offset", said)
        self.assertIn("tallyd recover --config", said)
        before = files_of(self.data)

        looked = self.recover()
        self.assertEqual(files_of(self.data), before)
        done = self.recover("--yes")

        self.assertEqual(looked["vote_log"]["state"], "damaged")
        self.assertEqual((looked["done"], looked["set_aside"]), (False, []))
        self.assertEqual(looked["steps"], done["steps"])
        self.assertEqual((done["done"], done["set_aside"]), (True, ["votes.aside-1"]))
        self.assertEqual((self.data / "votes.aside-1" / pathlib.Path(SEGMENT).name).stat().st_size,
                         before[SEGMENT])
        self.starts()

    def test_the_vote_log_of_another_node(self):  # DIR-20
        shutil.rmtree(self.data / "votes")
        shutil.copytree(self.net / "node-2" / "data" / "votes", self.data / "votes")
        self.assertIn("vote log of key", self.refused(4, "E-DIR-001"))

        self.assertEqual(self.recover("--yes")["vote_log"]["state"],
                         "of another chain, key or format")

        self.starts()

    def test_a_lost_ledger(self):  # DIR-14
        shutil.rmtree(self.data / "ledger")
        self.assertIn("ledger lost", self.refused(7, "E-DIR-009"))
        self.assertIn("--rebuild-ledger", self.refused(7, "E-DIR-011", "recover", "--yes"))
        self.assertFalse((self.data / "ledger").exists())

        done = self.recover("--rebuild-ledger", "--yes")

        self.assertEqual(done["ledger"]["state"], "lost")
        self.assertEqual(done["set_aside"], [])
        self.assertFalse((self.data / "votes.aside-1").exists())
        self.assertNotIn("learner", self.starts())

    def test_a_node_that_stopped_for_safety(self):  # D17
        (self.data / "HALTED").write_text(
            "tally-halt 1\nreason own header of height 9 is not the certified one\n"
            "bundle bundles/halt-9-1\nheight 9\n")
        for _ in range(2):
            said = self.refused(8, "E-RUN-007")
            self.assertIn("own header of height 9", said)
            self.assertIn("bundles/halt-9-1", said)
            self.assertIn("tallyd recover --config", said)

        text = tallyd("recover", "--config", self.config)
        self.assertIn("halt-9-1/report.txt", text.stdout)
        self.assertIn("to do it, give --yes as well", text.stdout)
        done = self.recover("--yes")

        self.assertEqual((done["halt"]["height"], done["set_aside"]), (9, ["HALTED.aside-1"]))
        self.starts()

    def test_it_teaches_itself(self):
        said = tallyd("recover", "--help").stdout

        for word in ("--yes", "--rebuild-ledger", "--as-learner", "learner", "exit code 8"):
            self.assertIn(word, said)


class RunningNetwork(unittest.TestCase):
    def setUp(self):
        self.network = Network()
        self.addCleanup(self.network.__exit__, None)
        self.network.start()

    def local(self, *words):
        self.network.tally("localnet", *words, "--dir", self.network.net)

    def node(self, number):
        return self.network.nodes()[number - 1]

    def wait_for(self, claim, seconds=60):
        deadline = time.monotonic() + seconds
        while not claim():
            self.assertLess(time.monotonic(), deadline, self.network.nodes())
            time.sleep(0.2)

    def test_a_node_that_forgot_its_votes_follows_and_does_not_vote(self):  # DIR-21, A12
        votes = self.network.net / "node-3" / "data" / "votes"
        self.local("kill", "3")
        shutil.copytree(votes, self.network.folder / "old")
        self.local("restart", "3")
        height = self.node(3)["executed"]
        self.wait_for(lambda: self.node(3)["executed"] > height + 1)
        self.local("kill", "3")
        shutil.rmtree(votes)
        shutil.copytree(self.network.folder / "old", votes)

        self.local("restart", "3")

        height = self.node(3)["executed"]
        self.wait_for(lambda: self.node(3)["executed"] > height + 1)
        self.assertFalse(self.node(3)["voting"])
        self.assertIn("learner", self.node(3)["waiting_for"])
        self.assertTrue((votes.parent / "votes.aside-1").exists())
        self.network.same_root()
        config = self.network.net / "node-3" / "node.toml"
        self.assertIn("E-DIR-006", tallyd("recover", "--config", config).stderr)

    def test_a_ledger_is_built_again_while_its_node_votes(self):
        net = self.network.net
        self.wait_for(lambda: self.node(1)["executed"] >= 3)
        # A slow start may have made a learner of one of the four, which has no vote to keep.
        number = next(node["node"] for node in self.network.nodes() if node["voting"])
        data = net / f"node-{number}" / "data"
        self.local("kill", number)
        shutil.rmtree(data / "ledger")
        done = tallyd("recover", "--config", net / f"node-{number}" / "node.toml",
                      "--rebuild-ledger", "--yes")
        self.assertEqual(done.returncode, 0, done.stderr)

        self.local("restart", number)

        self.wait_for(lambda: self.node(number)["voting"])
        self.network.same_root()
        self.assertGreaterEqual(self.node(number)["executed"], 3)
        self.assertFalse((data / "votes.aside-1").exists())


if __name__ == "__main__":
    unittest.main()
