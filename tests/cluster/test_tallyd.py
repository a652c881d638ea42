"""tallyd and tally before any node runs: the rows CLI, and the files that a start reads. No network
is needed: its files are made by tally, and the processes end by themselves."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from network import BIN, StoppedNetworkTest


def run(program, *words, timeout=60, **how):
    return subprocess.run([str(BIN / program), *map(str, words)], text=True, timeout=timeout,
                          capture_output=True, check=False, **how)


class CommandLine(unittest.TestCase):
    def refused(self, program, *words, code=2):
        done = run(program, *words)
        self.assertEqual(done.returncode, code, (words, done.stdout, done.stderr))
        self.assertEqual(done.stdout, "")
        self.assertTrue(done.stderr.startswith(f"{program}: error E-"), done.stderr)
        return done.stderr

    def test_no_arguments(self):  # CLI-01
        for program in ("tallyd", "tally"):
            self.assertIn(f"usage: {program} COMMAND", self.refused(program))

    def test_unknown_command(self):  # CLI-02
        self.assertIn("got \"strat\"; did you mean 'start'?", self.refused("tallyd", "strat"))

    def test_unknown_option(self):  # CLI-03
        said = self.refused("tallyd", "start", "--confg", "x")
        self.assertIn("got \"--confg\"", said)
        self.assertIn("write \"--config\"", said)

    def test_option_given_twice(self):  # CLI-04
        self.assertIn("--config given twice",
                      self.refused("tallyd", "start", "--config", "a", "--config", "b"))

    def test_empty_value(self):  # CLI-05
        self.assertIn("E-CLI-005: value must not be empty; got --config",
                      self.refused("tallyd", "start", "--config="))

    def test_extra_argument(self):  # CLI-06
        self.assertIn("E-CLI-006: unexpected argument; got \"foo\"",
                      self.refused("tallyd", "start", "--config", "a", "foo"))

    def test_help_goes_before_mistakes(self):  # CLI-07
        done = run("tallyd", "start", "--bad", "--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("SIGTERM", done.stdout)

    def test_version(self):  # CLI-08
        for program in ("tallyd", "tally"):
            done = run(program, "--version")
            self.assertEqual(done.returncode, 0)
            for word in (program, "commit", "build", "protocol"):
                self.assertIn(word, done.stdout)

    def test_files_that_are_no_configuration(self):  # CLI-09, CLI-10, CLI-11
        with tempfile.TemporaryDirectory() as folder:
            pipe = pathlib.Path(folder) / "pipe"
            os.mkfifo(pipe)
            said = self.refused("tallyd", "start", "--config", f"{folder}/none.toml", code=3)
            self.assertIn("E-CFG-001: no such file", said)
            self.assertIn(f"{folder}/none.toml", said)
            self.assertIn("no regular file",
                          self.refused("tallyd", "start", "--config", pipe, code=3))
            self.assertIn("no regular file",
                          self.refused("tallyd", "start", "--config", "/dev/null", code=3))
            if os.geteuid() == 0:
                return  # nothing is unreadable to root
            locked = pathlib.Path(folder) / "locked.toml"
            locked.touch(mode=0)
            self.assertIn("permission denied",
                          self.refused("tallyd", "start", "--config", locked, code=3))

    def test_control_characters(self):  # CLI-12, CLI-41
        said = self.refused("tallyd", "start", "--config", "a\nb\x1b[2J")
        self.assertIn("\"a\\x0ab\\x1b[2J\"", said)

    def test_long_argument(self):  # CLI-40
        self.assertLess(len(self.refused("tally", "x" * 100_000)), 400)

    def test_secret_as_an_option(self):  # CLI-31
        said = self.refused("tallyd", "start", "--key-pass", "hunter2")
        self.assertIn("use a file or a descriptor", said)
        self.assertNotIn("hunter2", said)

    def test_dev_is_no_option(self):  # CLI-28
        self.assertIn("genesis says `development`", self.refused("tallyd", "start", "--dev"))

    def test_errors_as_json(self):
        done = run("tallyd", "start", "--confg", "x", "--json-errors")
        fault = json.loads(done.stderr)
        self.assertEqual((fault["code"], fault["exit"], done.returncode), ("E-CLI-003", 2, 2))

    def test_a_reader_that_goes_away(self):  # CLI-49
        done = subprocess.run(f"{BIN / 'tally'} --help | head -n 1; echo ${{PIPESTATUS[0]}}",
                              shell=True, executable="/bin/bash", text=True, timeout=60,
                              capture_output=True, check=False)
        self.assertEqual(done.stdout.splitlines()[-1], "0")
        self.assertEqual(done.stderr, "")

    def test_closed_descriptors(self):  # CLI-39
        done = subprocess.run(f"{BIN / 'tallyd'} start --config /none <&- >&- 2>&-; echo $?",
                              shell=True, text=True, timeout=60, capture_output=True, check=False)
        self.assertEqual(done.stdout, "3\n")


class NodeFiles(StoppedNetworkTest):
    """What tallyd says to a node's files."""

    def start(self, code, command="start"):
        done = run("tallyd", command, "--config", self.config)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr

    def test_ten_mistakes_are_told_in_one_go(self):
        self.config.write_text("""node_id = "1"
data_dir = "data"
genesis_file = 7
lisen = 1
window = 4

[listen]
client = "127.0.0.1"
peer = "127.0.0.1:70000"

[keys]
consensus_file = ""
peer_tls_file = true
gateway_fil = "keys/gateway.pem"

[tls]
min_version = "1.2"
""")

        said = self.start(3).splitlines()

        for line in (1, 2, 3, 4, 5, 8, 9, 12, 13, 14, 16):
            self.assertTrue(any(f"node.toml:{line}:" in each for each in said), (line, said))
        self.assertTrue(all(each.startswith("tallyd: error E-CFG-") for each in said), said)

    def test_start_before_init(self):  # CLI-33
        shutil.rmtree(self.node / "data")

        self.assertIn("run init", self.start(6))

        self.assertFalse((self.node / "data").exists())
        self.start(0, "init")
        self.assertIn("already initialised for chain", self.start(6, "init"))  # CLI-32

    def test_genesis_that_does_not_hold(self):
        genesis = self.node / "genesis.toml"
        whole = genesis.read_text()
        genesis.write_text(whole.replace("idle_block_ms = 1000", "idle_block_ms = 2000"))
        self.assertIn("E-GEN-032", self.start(4))
        genesis.unlink()
        self.assertIn("E-GEN-001", self.start(4))

    def test_node_of_no_founder(self):  # CFG-14
        self.config.write_text(self.config.read_text().replace("node_id = 1", "node_id = 9"))

        self.assertIn("E-GEN-030: node_id is no merchant of genesis; got 9; expected one of "
                      "1, 2, 3, 4", self.start(4))

    def test_node_with_another_s_id(self):  # CFG-15
        text = self.config.read_text()
        text = text.replace("node_id = 1", "node_id = 3").replace("id = 3", "id = 1")
        self.config.write_text(text.replace("node_id = 1", "node_id = 3"))

        self.assertIn("which belongs to node 1", self.start(5))

    def test_keys_that_are_open_to_others(self):  # CFG-25
        key = self.node / "keys" / "consensus.pem"
        key.chmod(0o644)
        said = self.start(5)
        self.assertIn("E-KEY-002", said)
        self.assertIn(f"chmod 600 {key}", said)
        key.chmod(0o600)
        (self.node / "keys").chmod(0o755)
        self.assertIn("E-KEY-003", self.start(5))

    def test_keys_that_are_none(self):  # CFG-26, CFG-27
        key = self.node / "keys" / "gateway.pem"
        shutil.copy(self.node / "keys" / "front-door.crt", key)
        self.assertIn("E-KEY-004: private key expected; got a certificate", self.start(5))
        key.write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n")
        self.assertIn("E-KEY-005", self.start(5))
        key.unlink()
        key.symlink_to(self.node / "keys" / "consensus.pem")
        self.assertIn("a symbolic link", self.start(5))

    def test_one_key_for_two_purposes(self):  # CFG-44
        keys = self.node / "keys"
        shutil.copy(keys / "consensus.pem", keys / "gateway.pem")

        self.assertIn("E-KEY-006: one key for two purposes; got one key as consensus and gateway",
                      self.start(5))

    def test_tls_key_that_is_not_pinned(self):  # CFG-31
        keys = self.node / "keys"
        (keys / "peer-tls.pem").unlink()
        run("tally", "keys", "new", keys / "peer-tls.pem")

        said = self.start(5)

        self.assertIn("E-KEY-007", said)
        self.assertIn("peer TLS key", said)

    def test_front_door_of_another_key_or_ca(self):  # CFG-28, CFG-32, CFG-33
        keys = self.node / "keys"
        certificate = (keys / "front-door.crt").read_text()
        shutil.copy(self.net / "node-2" / "keys" / "front-door.crt", keys / "front-door.crt")
        self.assertIn("E-KEY-010", self.start(5))
        (keys / "front-door.crt").write_text(certificate)
        bundle = self.net / "ca.pem"
        authorities = bundle.read_text()
        shutil.copy(self.net / "merchants" / "fuel" / "ca.pem", bundle)
        self.assertIn("E-KEY-013", self.start(5))
        bundle.write_text("")
        self.assertIn("E-KEY-012: bundle of CAs is not usable; got 0", self.start(5))
        bundle.write_text(authorities + (keys / "gateway.pem").read_text())
        self.assertIn("a private key in it", self.start(5))

    def test_data_of_others(self):  # DIR-03
        (self.node / "data").chmod(0o755)
        said = self.start(6)
        self.assertIn("E-DIR-004", said)
        self.assertIn(f"chmod 700 {self.node / 'data'}", said)

    def test_data_under_a_folder_that_all_may_write(self):  # CLI-13, CLI-14
        self.node.chmod(0o777)
        self.assertIn("world-writable", self.start(6))

    def test_identity_of_another_node(self):  # DIR-10
        shutil.rmtree(self.node / "data")
        shutil.copytree(self.net / "node-2" / "data", self.node / "data")
        self.assertIn("E-DIR-001", self.start(4))

    def test_log_in_a_missing_folder(self):  # CLI-23
        text = self.config.read_text().replace("[grpc]", "[log]\nfile = \"none/log\"\n\n[grpc]")
        self.config.write_text(text)
        self.assertIn("E-RUN-004", self.start(9))


class Keys(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tally-keys-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def test_a_key_is_made_shown_and_never_overwritten(self):
        path = self.folder / "alice.pem"
        made = json.loads(run("tally", "keys", "new", path, "--json").stdout)
        shown = json.loads(run("tally", "keys", "show", path, "--json").stdout)

        self.assertEqual(made, shown)
        self.assertTrue(made["public_key"].startswith("p256:0"))
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        again = run("tally", "keys", "new", path)
        self.assertEqual(again.returncode, 2)
        self.assertIn("E-CLI-013", again.stderr)

    def test_a_key_that_others_can_read_is_refused(self):  # CLI-45
        path = self.folder / "alice.pem"
        run("tally", "keys", "new", path)
        path.chmod(0o644)

        done = run("tally", "keys", "show", path)

        self.assertEqual(done.returncode, 5)
        self.assertIn("mode 0644; expected mode 0600", done.stderr)
        self.assertIn(f"chmod 600 {path}", done.stderr)

    def test_the_ceremony(self):
        parts = []
        for merchant in range(1, 5):
            own = self.folder / str(merchant)
            own.mkdir()
            for name, kind in (("consensus", "ed25519"), ("tls", "p256"), ("gateway", "ed25519"),
                               ("operator", "p256")):
                run("tally", "keys", "new", own / f"{name}.pem", "--kind", kind)
            parts.append(own / "part.toml")
            done = run("tally", "genesis", "part", "--chain-name", "demo", "--merchant", merchant,
                       "--name", f"Shop {merchant}", "--consensus", own / "consensus.pem",
                       "--peer-tls", own / "tls.pem", "--gateway", own / "gateway.pem",
                       "--operator", own / "operator.pem", "--out", parts[-1])
            self.assertEqual(done.returncode, 0, done.stderr)
        genesis = self.folder / "genesis.toml"
        done = run("tally", "genesis", "make", "--currency", "EUR:2", "--set",
                   "idle_block_ms=5000", "--out", genesis, *parts)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(run("tally", "genesis", "check", genesis).returncode, 4)
        for merchant in range(1, 5):
            done = run("tally", "genesis", "sign", genesis, "--key",
                       self.folder / str(merchant) / "operator.pem")
            self.assertEqual(done.returncode, 0, done.stderr)
        shown = json.loads(run("tally", "genesis", "show", genesis, "--json").stdout)
        checked = json.loads(run("tally", "genesis", "check", genesis, "--json").stdout)

        self.assertTrue(all(founder["signed"] for founder in shown["founders"]))
        self.assertEqual(shown["genesis_hash"], checked["genesis_hash"])
        self.assertFalse(shown["development"])
        stranger = self.folder / "stranger.pem"
        run("tally", "keys", "new", stranger)
        self.assertEqual(run("tally", "genesis", "sign", genesis, "--key", stranger).returncode, 5)


if __name__ == "__main__":
    unittest.main()
