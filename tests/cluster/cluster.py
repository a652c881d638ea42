"""Four tallyd as children of the test itself, so that it may kill, stop and starve each of them."""

import json
import os
import signal
import subprocess
import time

from chaosproxy import Mesh
from network import BIN, Network

NUMBERS = (1, 2, 3, 4)


def wait_until(holds, seconds, what, pause=0.05):
    """Asks again and again until `holds()` is true, and returns that; fails with `what`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = holds()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds} s: {what() if callable(what) else what}")
        time.sleep(pause)


class Cluster(Network):
    """A localnet's four nodes, run here. With `chaos`, all links between them go through a Mesh."""

    def __init__(self, chaos=False):
        super().__init__()
        self.chaos = chaos
        self.mesh = None
        self.running = {}  # number: its process
        self.layout = []

    def __enter__(self):
        try:
            self.start()
        except BaseException as failure:
            self.__exit__(type(failure), failure, None)
            raise
        return self

    def __exit__(self, failure, *rest):
        for process in self.running.values():
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()
        if self.mesh is not None:
            self.mesh.close()
        super().__exit__(failure, *rest)

    def start(self):
        """All four, linked and voting. `tally localnet` makes the files and the first blocks."""
        super().start()
        super().stop()
        layout = json.loads((self.net / "localnet.json").read_text(encoding="utf-8"))
        self.layout = layout["nodes"]
        if self.chaos:
            self.mesh = Mesh({node["node"]: node["peer_port"] for node in self.layout})
            for number in NUMBERS:
                self.redirect(number)
        self.prepare()
        for number in NUMBERS:
            self.run(number)
        self.wait_for_votes()

    def prepare(self):
        """What a test wants done to the folders before the nodes run."""

    def redirect(self, number):
        """Node `number` finds its peers through the mesh."""
        config = self.net / f"node-{number}" / "node.toml"
        text = config.read_text(encoding="utf-8")
        for node in self.layout:
            if node["node"] != number:
                port = self.mesh.link(number, node["node"]).port
                text = text.replace(f'address = "127.0.0.1:{node["peer_port"]}"',
                                    f'address = "127.0.0.1:{port}"')
        config.write_text(text, encoding="utf-8")

    # Processes.

    def log(self, number):
        return self.net / f"node-{number}" / "log"

    def last_words(self, number):
        return self.log(number).read_text(encoding="utf-8").splitlines()[-1]

    def run(self, number):
        """Starts the node as an init system would: no word about what happened before."""
        assert number not in self.running, f"node {number} runs"
        with open(self.log(number), "ab") as log:
            self.running[number] = subprocess.Popen(
                [str(BIN / "tallyd"), "start", "--config",
                 str(self.net / f"node-{number}" / "node.toml")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder)

    def kill(self, number):
        """SIGKILL. That it still ran is part of it: a node that gives up needs somebody's hand."""
        self.check_alive(number)
        process = self.running.pop(number)
        process.kill()
        process.wait()

    def terminate(self, number, code=0, seconds=30):
        """SIGTERM, and `code` is what it ends with."""
        process = self.running.pop(number)
        process.terminate()
        self.ended(number, process, code, seconds)

    def wait_for_end(self, number, code, seconds=30):
        """The node ends by itself, with `code`."""
        self.ended(number, self.running.pop(number), code, seconds)

    def ended(self, number, process, code, seconds):
        try:
            got = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"node {number} does not end; see {self.log(number)}") from None
        assert got == code, f"node {number} ended with {got}, not {code}; see {self.log(number)}"

    def freeze(self, number):
        self.running[number].send_signal(signal.SIGSTOP)

    def thaw(self, number):
        self.running[number].send_signal(signal.SIGCONT)

    def check_alive(self, *numbers):
        for number in numbers or tuple(self.running):
            code = self.running[number].poll()
            assert code is None, f"node {number} ended with {code}; see {self.log(number)}"

    def stop(self):
        """Ends all that run, well."""
        for number in tuple(self.running):
            self.terminate(number)

    # Questions.

    def by_name(self, *numbers):
        """The grocer's import key at the front doors of these nodes, the first of them first."""
        keys = self.net / "merchants" / "grocer"
        words = ["--ca", self.net / "ca.pem", "--cert", keys / "operator-tls.crt",
                 "--key", keys / "operator-tls.pem", "--sign-key", keys / "import.pem",
                 "--merchant", 1]
        for number in numbers:
            words += ["--endpoint", f"127.0.0.1:{self.layout[number - 1]['client_port']}"]
        return words

    def status(self, number):
        """What one node says of itself; None if it does not answer."""
        done = self.tally("status", *self.by_name(number), "--json", code=None)
        if done.returncode != 0:
            return None
        return json.loads(done.stdout)[0]

    def statuses(self, numbers):
        """Those of them that answer."""
        return [status for number in numbers if (status := self.status(number)) is not None]

    def primary(self, numbers=NUMBERS):
        """The primary by the highest view that one of these nodes knows."""
        return max(self.statuses(numbers), key=lambda status: status["view"])["primary"]

    def wait_for_votes(self, numbers=NUMBERS, seconds=60):
        """These nodes are linked with each other, vote, and have executed what they know of."""
        def all_vote():
            nodes = self.statuses(numbers)
            return len(nodes) == len(numbers) and all(
                node["voting"] and node["links"] >= len(numbers) - 1 for node in nodes)
        wait_until(all_vote, seconds, lambda: f"not all vote: {self.statuses(numbers)}", pause=0.1)
        self.check_alive(*numbers)

    def wait_for_height(self, number, height, seconds=30):
        def stands():
            status = self.status(number)
            return status is not None and status["executed"] >= height
        wait_until(stands, seconds,
                   lambda: f"node {number} is not at {height}: {self.status(number)}")


def seed_of(random):
    """TALLY_SEED if it is set, else one of chance; printed, so that a run can be had again."""
    seed = int(os.environ.get("TALLY_SEED", random.SystemRandom().randrange(2**32)))
    print(f"TALLY_SEED={seed}", flush=True)
    return random.Random(seed)
