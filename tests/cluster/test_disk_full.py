"""A node whose disk is full: reliability.md B7. It votes no more and says why; others go on."""

import os
import shutil
import subprocess
import time
import unittest

from cluster import NUMBERS, Cluster, wait_until
from load import Load

FULL = 4
OTHERS = [number for number in NUMBERS if number != FULL]
DISK_MIB = 256
LEFT_BYTES = 256 * 1024


class SmallDisk(Cluster):
    """Node 4's data lie on a small file system of their own."""

    def prepare(self):
        self.data = self.net / f"node-{FULL}" / "data"
        whole = self.data.with_name("whole")
        self.data.rename(whole)
        self.data.mkdir(mode=0o700)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=0700", "tmpfs",
                        self.data], check=True, capture_output=True)
        shutil.copytree(whole, self.data, dirs_exist_ok=True)
        shutil.rmtree(whole)

    def __exit__(self, failure, *rest):
        for process in self.running.values():
            process.kill()
            process.wait()
        self.running.clear()
        if self.is_mounted():
            kept = self.data.with_name("kept")
            shutil.copytree(self.data, kept, ignore=shutil.ignore_patterns("ballast"))
            subprocess.run(["umount", self.data], check=True)
        super().__exit__(failure, *rest)

    def is_mounted(self):
        return hasattr(self, "data") and os.path.ismount(self.data)

    def fill(self, leave=LEFT_BYTES):
        """Takes all space but a little, which the node soon takes itself."""
        space = os.statvfs(self.data)
        size = space.f_bavail * space.f_frsize - leave
        with open(self.data / "ballast", "wb") as ballast:
            os.posix_fallocate(ballast.fileno(), 0, size)

    def give_back(self):
        (self.data / "ballast").unlink()


def why_no_mounts():
    """None if this process may mount."""
    if shutil.which("mount") is None:
        return "there is no mount program"
    if os.geteuid() != 0:
        return "only root may mount a small file system"
    probe = subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
                           capture_output=True, text=True, check=False)
    return None if probe.returncode == 0 else f"mounting is not permitted: {probe.stderr.strip()}"


@unittest.skipIf(why_no_mounts(), why_no_mounts() or "")
class DiskFull(unittest.TestCase):
    def test_a_full_node_says_so_and_is_back_with_space_and_a_restart(self):
        with SmallDisk() as self.cluster:
            with Load(self.cluster) as self.load:
                self.load.wait_for_answer(time.monotonic(), 30)
                for scenario in (self.stops_voting_and_names_the_file, self.space_alone_is_no_cure,
                                 self.does_not_start_without_space, self.comes_back):
                    scenario()
            self.load.check_all()

    def stops_voting_and_names_the_file(self):
        self.cluster.fill()

        status = wait_until(self.status_without_vote, 60,
                            lambda: f"it votes on: {self.cluster.status(FULL)}")
        for said in (status["waiting_for"],
                     self.cluster.tally("status", "--net", self.cluster.net).stdout):
            self.assertIn(f"node-{FULL}/data/votes", said)
            self.assertIn("No space left on device", said)
        self.load.wait_for_answer(time.monotonic(), 30, count=5)
        self.assertTrue(all(each["voting"] for each in self.cluster.statuses(OTHERS)))

    def status_without_vote(self):
        status = self.cluster.status(FULL)
        return status if status is not None and not status["voting"] else None

    def space_alone_is_no_cure(self):
        """After a failed write nobody knows what reached the disk: a restart looks."""
        self.cluster.give_back()

        self.load.wait_for_answer(time.monotonic(), 30, count=5)
        self.assertFalse(self.cluster.status(FULL)["voting"])

    def does_not_start_without_space(self):
        self.cluster.terminate(FULL)
        self.cluster.fill(leave=0)

        self.cluster.run(FULL)

        self.cluster.wait_for_end(FULL, code=6)
        self.assertIn("No space left on device", self.cluster.last_words(FULL))

    def comes_back(self):
        self.cluster.give_back()

        self.cluster.run(FULL)

        self.cluster.wait_for_votes()


if __name__ == "__main__":
    unittest.main()
