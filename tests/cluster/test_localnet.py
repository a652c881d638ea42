"""tally localnet and tally status over real processes: started, linked, killed, started again."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

from network import BIN, Network


def runs(pid):
    """Whether the process runs; one that has ended and waits for its parent does not."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


class Localnet(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.network = Network()
        cls.addClassCleanup(cls.network.__exit__, None)
        cls.network.start()

    def setUp(self):
        self.local("start", "--timeout", "120s")

    def local(self, *words, code=0):
        done = self.network.tally("localnet", *words, "--dir", self.network.net, "--json",
                                  code=code)
        return json.loads(done.stdout) if done.stdout else done.stderr

    def pids(self):
        return [node["pid"] for node in self.local("status")["nodes"]]

    def tallyd(self, *words):
        return subprocess.run([str(BIN / "tallyd"), *map(str, words)], text=True, timeout=60,
                              capture_output=True, check=False)

    def test_it_is_ready_when_start_returns(self):
        nodes = self.network.nodes()

        self.assertEqual([node["node"] for node in nodes], [1, 2, 3, 4])
        self.assertTrue(all(node["links"] == 3 and node["stable"] >= 1 for node in nodes), nodes)
        self.assertEqual(len({node["chain"] for node in nodes}), 1)
        self.network.same_root()

    def test_a_second_start_leaves_everything_alone(self):
        before = self.pids()

        self.local("start")

        self.assertEqual(self.pids(), before)
        self.assertIn("E-CLI-009", self.local("start", "--nodes", "7", code=2))

    def test_a_second_tallyd_is_refused_and_the_first_goes_on(self):  # CLI-36
        config = self.network.net / "node-1" / "node.toml"
        pid = self.pids()[0]

        done = self.tallyd("start", "--config", config)

        self.assertEqual(done.returncode, 6, done.stderr)
        self.assertIn("E-DIR-006", done.stderr)
        self.assertRegex(done.stderr, rf"locked by pid {pid} since 20\d\d-")
        self.assertTrue(runs(pid))
        self.assertNotIn("error", self.network.nodes()[0])

    def test_init_never_overwrites(self):  # CLI-32
        done = self.tallyd("init", "--config", self.network.net / "node-1" / "node.toml")

        self.assertEqual(done.returncode, 6, done.stderr)
        self.assertIn("E-DIR-003", done.stderr)
        self.assertIn("already initialised for chain", done.stderr)

    def test_a_killed_node_comes_back_to_the_same_root(self):
        self.local("kill", "3")
        self.assertIn("error", self.network.nodes()[2])
        self.assertIn("E-LOC-005", self.local("kill", "3", code=10))
        self.local("advance", "1d")  # the others go on

        self.local("restart", "3")

        self.network.same_root()

    def test_the_clock_moves_forward(self):
        before = self.network.nodes()[0]["ledger_time"]

        after = self.local("advance", "30d")["ledger_time"]

        self.assertGreater(after, before)
        self.assertIn("E-CLI-009", self.local("advance", "30", code=2))
        self.assertIn("E-CLI-009", self.local("advance", "0d", code=2))

    def test_stop_ends_every_process_and_start_goes_on(self):
        before = self.pids()
        height = self.network.nodes()[0]["stable"]

        self.assertTrue(self.local("stop")["stopped"])

        self.assertFalse(any(map(runs, before)))
        self.assertFalse(self.local("stop")["stopped"])
        self.assertIn("E-NET-001", self.network.tally("status", "--net", self.network.net,
                                                      code=10).stderr)
        self.local("start", "--timeout", "120s")
        self.assertGreaterEqual(self.network.nodes()[0]["stable"], height)

    def test_sigterm_ends_a_node_well(self):
        pid = self.pids()[1]

        os.kill(pid, signal.SIGTERM)

        deadline = time.monotonic() + 20
        while runs(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertFalse(runs(pid))
        self.assertNotIn("error", (self.network.net / "node-2" / "log").read_text())

    def test_a_process_with_the_same_pid_is_left_alone(self):
        self.local("stop")
        bystander = subprocess.Popen(["sleep", "60"])
        self.addCleanup(bystander.wait)
        self.addCleanup(bystander.kill)
        path = self.network.net / "localnet.json"
        text = json.loads(path.read_text())
        text["nodes"][0].update(pid=bystander.pid, started=1)
        path.write_text(json.dumps(text))

        self.local("stop")

        self.assertIsNone(bystander.poll())

    def test_a_port_that_is_taken_is_another_node_s_fault(self):  # CLI-19
        self.local("kill", "4")
        net = self.network.net
        taken = self.local("status")["nodes"][0]["endpoint"]
        config = net / "node-4" / "node.toml"
        text = config.read_text()
        own = next(line for line in text.splitlines() if line.startswith("client = "))
        config.write_text(text.replace(own, f'client = "{taken}"'))

        done = self.tallyd("start", "--config", config)

        config.write_text(text)
        self.assertEqual(done.returncode, 9, done.stdout + done.stderr)
        self.assertIn("E-RUN-002", done.stderr)
        self.assertIn(taken, done.stderr)

    def test_another_genesis_is_refused(self):  # DIR-10, GEN-46
        other = Network()
        self.addCleanup(other.__exit__, None)
        other.start()
        other.stop()
        self.local("stop")
        ours = self.network.net / "node-2" / "genesis.toml"
        whole = ours.read_text()
        ours.write_text((other.net / "node-2" / "genesis.toml").read_text())
        self.addCleanup(ours.write_text, whole)

        done = self.tallyd("start", "--config", self.network.net / "node-2" / "node.toml")
        # The keys are not those of that genesis: the first check that can tell.
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn("E-KEY-007", done.stderr)

        keys = self.network.net / "node-2" / "keys"
        keys.rename(keys.with_name("own-keys"))
        self.addCleanup(lambda: keys.with_name("own-keys").rename(keys))
        keys.symlink_to(other.net / "node-2" / "keys")
        self.addCleanup(keys.unlink)
        bundle = self.network.net / "ca.pem"
        authorities = bundle.read_text()
        bundle.write_text((other.net / "ca.pem").read_text())
        self.addCleanup(bundle.write_text, authorities)
        done = self.tallyd("start", "--config", self.network.net / "node-2" / "node.toml")
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("E-DIR-001", done.stderr)

    def test_a_node_of_another_genesis_is_no_peer(self):  # GEN-46, GEN-47, NET-12
        self.local("stop")
        node = self.network.net / "node-3"
        ours = node / "genesis.toml"
        whole = ours.read_text()
        self.addCleanup(ours.write_text, whole)
        lines = [line for line in whole.splitlines()
                 if not line.startswith(("genesis_hash", "signature"))]
        ours.write_text("\n".join(lines).replace("idle_block_ms = 1000", "idle_block_ms = 2000"))
        for merchant in ("grocer", "pharmacy", "fuel", "books"):
            self.network.tally("genesis", "sign", ours, "--key",
                               self.network.net / "merchants" / merchant / "operator.pem")

        done = self.tallyd("start", "--config", node / "node.toml")
        self.assertEqual(done.returncode, 4, done.stderr)  # its data are of our chain
        self.assertIn("E-DIR-001", done.stderr)

        (node / "data").rename(node / "own-data")
        self.local("start", "--timeout", "5s", code=10)  # node 3 has no links
        nodes = self.network.nodes()
        self.assertEqual([node["links"] for node in nodes], [2, 2, 0, 2])
        self.assertGreaterEqual(nodes[0]["stable"], 1)
        self.assertIn("GENESIS_MISMATCH", (node / "log").read_text())
        self.assertIn("GENESIS_MISMATCH", (self.network.net / "node-1" / "log").read_text())

        self.local("stop")
        ours.write_text(whole)
        shutil.rmtree(node / "data")
        (node / "own-data").rename(node / "data")


class OtherSizes(unittest.TestCase):
    def test_one_node_is_a_network_too(self):
        network = Network()
        self.addCleanup(network.__exit__, None)

        network.tally("localnet", "start", "--dir", network.net, "--nodes", "1")

        self.assertEqual(network.nodes()[0]["links"], 0)

    def test_more_than_sixteen_are_refused(self):
        network = Network()
        self.addCleanup(network.__exit__, None)

        done = network.tally("localnet", "start", "--dir", network.net, "--nodes", "17", code=2)

        self.assertIn("expected 1 to 16", done.stderr)
        self.assertFalse(network.net.exists())


if __name__ == "__main__":
    unittest.main()
