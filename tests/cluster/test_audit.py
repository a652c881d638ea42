"""tally audit on damaged copies of a node's ledger: one flipped byte is found, and named."""

import os
import pathlib
import random
import secrets
import shutil
import subprocess
import unittest

from network import BIN, Network

FLIP = os.environ.get("TALLY_FLIP", str(BIN.parent / "tests" / "bin" / "tally_flip"))
# Blocks, receipts, certificates, records, and request ids; the values of due entries are empty.
FAMILIES = ["headers", "bodies", "receipts", "certificates", "records", "requests"]
FLIPS_A_FAMILY = 6
FLIPS_A_FILE = 4


class Audit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.network = Network()
        cls.addClassCleanup(cls.network.__exit__, None)
        cls.network.start()
        cls.post_some()
        cls.network.same_root()
        cls.network.stop()
        cls.data = cls.network.net / "node-2" / "data"
        cls.seed = int(os.environ.get("TALLY_SEED", random.SystemRandom().randrange(2**32)))
        print(f"TALLY_SEED={cls.seed}")
        cls.random = random.Random(cls.seed)

    @classmethod
    def post_some(cls):
        """A few members with a purchase each, in blocks of their own."""
        log = cls.network.folder / "log.csv"
        rows = [f"C{i},2026-01-0{1 + i % 9},{10 + i}.00" for i in range(40)]
        log.write_text("member,time,amount\n" + "\n".join(rows) + "\n", encoding="ascii")
        cls.network.ask("import", log, "--format", "csv", "--map",
                        "member=member,time=time,amount=amount", "--programme", "grocer")

    def copied(self):
        copy = self.network.folder / f"copy-{secrets.token_hex(4)}"
        shutil.copytree(self.data, copy)
        self.addCleanup(shutil.rmtree, copy, ignore_errors=True)
        return copy

    def audit(self, folder, code):
        return self.network.tally("audit", folder, "--genesis",
                                  self.network.net / "genesis.toml", code=code)

    def flip_value(self, folder, family, index, offset):
        """None if there is no such key or byte."""
        done = subprocess.run([FLIP, folder / "ledger", family, str(index), str(offset)], text=True,
                              capture_output=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else None

    def test_an_undamaged_copy_is_good(self):
        done = self.audit(self.copied(), code=0)

        self.assertIn("checked: good", done.stdout)

    def test_a_flipped_byte_of_a_stored_value_is_named_by_height(self):
        for family in FAMILIES:
            found = 0
            for _ in range(FLIPS_A_FAMILY):
                folder = self.copied()
                # Small numbers, so that most of them exist; the first byte of the first does.
                places = [(self.random.randrange(12), self.random.randrange(160)), (0, 0)]
                flip = next((flip for place in places
                             if (flip := self.flip_value(folder, family, *place))), None)
                if flip is None:
                    continue
                found += 1
                done = self.audit(folder, code=7)
                self.assertRegex(done.stderr, r"height \d+", f"{family}: {flip}")
                shutil.rmtree(folder)
            self.assertGreater(found, 0, f"nothing was flipped in {family}")

    def test_a_flipped_byte_of_a_database_file_is_named_by_file(self):
        files = [path.name for path in sorted((self.data / "ledger").iterdir())
                 if path.suffix in (".sst", ".log")
                 or path.name.startswith(("MANIFEST", "CURRENT"))]
        self.assertGreater(len(files), 2)
        for name in files:
            size = (self.data / "ledger" / name).stat().st_size
            for _ in range(FLIPS_A_FILE if size else 0):
                folder = self.copied()
                path = pathlib.Path(folder) / "ledger" / name
                content = bytearray(path.read_bytes())
                offset = self.random.randrange(size)
                content[offset] ^= 1 << self.random.randrange(8)
                path.write_bytes(content)
                done = self.audit(folder, code=7)
                self.assertIn(name, done.stderr, f"byte {offset} of {size}")
                shutil.rmtree(folder)

    def test_another_chains_genesis_is_refused(self):
        genesis = self.network.folder / "other.toml"
        text = (self.network.net / "genesis.toml").read_text(encoding="utf-8")
        genesis.write_text(text.replace("development = true", "development = false"),
                           encoding="utf-8")

        done = self.network.tally("audit", self.copied(), "--genesis", genesis, code=None)

        self.assertEqual(done.returncode, 4, done.stderr)


if __name__ == "__main__":
    unittest.main()
