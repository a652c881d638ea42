"""Erasing a person (M05): what led to them goes from the vault; the ledger, which never knew their
name, stays as it is, replays to the same roots, and goes on."""

import json
import secrets
import time
import unittest

from network import Network

ANN = "Ann Quillfeather, 1987-04-12, ann.quillfeather@example.org, +49 170 5550142"
BEN = "Ben Zwetschkenbaum, 1990-11-30"
# What of them must stand nowhere, in whatever case.
PERSONAL = ("quillfeather", "1987-04-12", "5550142", "zwetschkenbaum", "1990-11-30")
CARD = "2750 9182 7364 5546"
DIGITS = CARD.replace(" ", "")
GROCER = 1


class Erase(unittest.TestCase):
    def test_what_is_erased_is_gone_and_the_ledger_stays(self):
        with Network() as network:
            self.network = network
            self.vault = network.folder / "vault.json"
            network.start()
            self.post_some()
            network.same_root()
            network.stop()
            before = network.audits()
            erased = self.known(ANN)
            kept = next(each for each in self.kept() if each["member"] == erased["member"])

            self.erase(ANN)

            self.assertEqual([each["member"] for each in self.kept()], [self.known(BEN)["member"]])
            self.nothing_personal_stands(kept, erased)
            after = network.audits()
            self.assertEqual(after, before)
            self.assertTrue(all(report["height"] > 0 and report["state_root"] for report in after))
            self.the_ledger_goes_on(erased)

    # The story.

    def post_some(self):
        """Two people with purchases; Ann has a card, too."""
        self.enrol(ANN)
        self.assertEqual(self.submit("link_token", member=self.known(ANN)["member"],
                                     token=self.member("card", CARD)["token"]), "ACCEPTED")
        self.enrol(BEN)
        for person in (ANN, BEN, ANN):
            self.buy(self.known(person))
        self.assertEqual(self.balance(self.known(ANN)), 100)

    def erase(self, person):
        self.member("erase", person)
        for command in ("find", "erase"):
            done = self.network.tally("member", command, "-", "--vault", self.vault, stdin=person,
                                      code=10)
            self.assertIn("NET-004", done.stderr)

    def nothing_personal_stands(self, kept, erased):
        """In no file of the nodes, the merchants and the vault: neither what was typed in, nor what
        the vault made of it. Each node has the commitment, so that the search is known to find."""
        sought = {word: (word.encode(),) for word in (*PERSONAL, CARD, DIGITS)}
        for word in ("pepper", "person"):
            sought[word] = (bytes.fromhex(kept[word]), kept[word].encode())
        sought["commitment"] = (bytes.fromhex(erased["commitment"]),)
        found = {word: set() for word in sought}
        for path in self.network.folder.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            for word, forms in sought.items():
                if any(form in text for form in forms for text in (content, content.lower())):
                    found[word].add(path.relative_to(self.network.folder).parts[:2])
        for number in range(1, 5):
            self.assertIn(("net", f"node-{number}"), found["commitment"])
            self.assertGreater((self.network.net / f"node-{number}" / "log").stat().st_size, 0)
        del found["commitment"]
        self.assertEqual({word: where for word, where in found.items() if where}, {})

    def the_ledger_goes_on(self, erased):
        """Ann's id is still a member; Ann herself is somebody new."""
        self.network.start()
        self.assertEqual(self.balance(erased), 100)
        self.buy(erased)
        self.assertEqual(self.balance(erased), 150)

        again = self.enrol(ANN)

        self.assertNotEqual(again["member"], erased["member"])
        self.assertNotEqual(again["commitment"], erased["commitment"])
        self.assertEqual(self.balance(again), 0)
        self.network.same_root()
        self.network.stop()
        roots = {report["state_root"] for report in self.network.audits()}
        self.assertEqual(len(roots), 1)

    # How it is told to the vault and the ledger.

    def member(self, command, text):
        done = self.network.tally("member", command, "-", "--vault", self.vault, "--json",
                                  stdin=text)
        return json.loads(done.stdout)

    def known(self, person):
        return self.member("find", person)

    def kept(self):
        return json.loads(self.vault.read_text(encoding="utf-8"))["people"]

    def enrol(self, person):
        known = self.member("commit", person)
        self.assertEqual(self.submit("enrol", **known), "ACCEPTED")
        return known

    def buy(self, known):
        """50.00, which give 50 points."""
        self.assertEqual(self.submit("earn", member=known["member"], currency="EUR", total="5000",
                                     event_time=str(int(time.time() * 1000))), "ACCEPTED")

    def balance(self, known):
        done = self.network.ask("balance", known["member"], "--programme", GROCER, "--as",
                                "grocer")
        return int(done["available"])

    def submit(self, kind, **fields):
        document = {"merchant": GROCER, "request_id": secrets.token_hex(16),
                    kind: {"programme": GROCER, **fields}}
        done = self.network.ask("submit", "-", "--as", "grocer", stdin=json.dumps(document),
                                code=None)
        return done["receipt"]["outcome"]


if __name__ == "__main__":
    unittest.main()
