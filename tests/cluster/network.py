"""A local network of four real nodes in a folder of its own, for the tests beside this file."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SHARED = REPOSITORY.parent / "shared" / "data"
# Where tally and tallyd were built; CMakeLists.txt beside this file sets it.
BIN = pathlib.Path(os.environ.get("TALLY_BIN", REPOSITORY / "build" / "release" / "bin"))


class Network:
    """Four merchants' nodes; use as a context manager, which ends them and removes the folder."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tally-cluster-"))
        self.net = self.folder / "net"

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, failure, *_):
        self.tally("localnet", "stop", "--dir", self.net, code=None)
        if failure is None:
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            print(f"kept {self.folder}: {failure.__name__}")

    def start(self):
        self.tally("localnet", "start", "--dir", self.net, "--timeout", "120s")

    def stop(self):
        self.tally("localnet", "stop", "--dir", self.net)

    @staticmethod
    def words(*arguments):
        return [str(BIN / "tally"), *map(str, arguments)]

    def tally(self, *arguments, code=0, stdin="", timeout=300):
        """Runs tally; `code` is the exit code that must come, None for any."""
        done = subprocess.run(self.words(*arguments), input=stdin, text=True, timeout=timeout,
                              capture_output=True, cwd=self.folder, check=False)
        if code is not None and done.returncode != code:
            raise AssertionError(f"tally {' '.join(map(str, arguments))}: exit code "
                                 f"{done.returncode}, expected {code}\n{done.stdout}{done.stderr}")
        return done

    def ask(self, *arguments, **how):
        """Runs a command that talks to this network, and returns its JSON answer."""
        return json.loads(self.tally(*arguments, "--net", self.net, "--json", **how).stdout)

    def nodes(self):
        """What each node says of itself; one that does not answer has an `error`."""
        return self.ask("status")

    def same_root(self, seconds=60):
        """Waits until all nodes stand at one height, and returns their one state root."""
        deadline = time.monotonic() + seconds
        while True:
            nodes = self.nodes()
            if all("error" not in node for node in nodes):
                if len({node["executed"] for node in nodes}) == 1:
                    roots = {node["state_root"] for node in nodes}
                    assert len(roots) == 1, f"one height, several roots: {nodes}"
                    return roots.pop()
            if time.monotonic() > deadline:
                raise AssertionError(f"the nodes do not come together: {nodes}")
            time.sleep(0.2)

    def audits(self):
        """The audit of a copy of each node's data. The nodes must have been stopped."""
        reports = []
        for number in range(1, 5):
            copy = self.folder / f"copy-{number}"
            shutil.copytree(self.net / f"node-{number}" / "data", copy)
            done = self.tally("audit", copy, "--genesis", self.net / "genesis.toml", "--json")
            reports.append(json.loads(done.stdout))
            shutil.rmtree(copy)
        return reports


class StoppedNetworkTest(unittest.TestCase):
    """Node 1's files, made once by a network that is stopped; each test spoils a copy."""

    @classmethod
    def setUpClass(cls):
        cls.network = Network()
        cls.addClassCleanup(cls.network.__exit__, None)
        cls.network.start()
        cls.network.stop()

    def setUp(self):
        self.net = pathlib.Path(tempfile.mkdtemp(prefix="tally-stopped-")) / "net"
        self.addCleanup(shutil.rmtree, self.net.parent)
        shutil.copytree(self.network.net, self.net)
        self.node = self.net / "node-1"
        self.data = self.node / "data"
        self.config = self.node / "node.toml"
        text = self.config.read_text().replace(str(self.network.net), str(self.net))
        self.config.write_text(text)
