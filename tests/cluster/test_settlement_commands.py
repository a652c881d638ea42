"""The story of docs/settlement.md over four real nodes: points of the grocer's are spent at the
pharmacy, and the grocer's bank pays for them."""

import json
import secrets
import time
import unittest
import xml.etree.ElementTree

from network import Network

NAMESPACE = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
ACCOUNTS = """merchant,name,iban,bic
1,Grocer & Sons,DE89370400440532013000,COBADEFF
2,Pharmacy Ltd,GB82WEST12345698765432,
"""


class Settlement(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.network = Network()
        cls.addClassCleanup(cls.network.__exit__, None)
        cls.network.start()

    def tally(self, *words, **how):
        return self.network.tally(*words, "--net", self.network.net, **how)

    def submit(self, kind, *words, code=0, **fields):
        return self.tally("submit", "-", *words, code=code, stdin=json.dumps({kind: fields})).stdout

    def eventually(self, *words, is_so):
        """A change of one block is done by the next."""
        deadline = time.monotonic() + 30
        while True:
            answer = self.network.ask(*words)
            if is_so(answer):
                return answer
            self.assertLess(time.monotonic(), deadline, answer)
            time.sleep(0.2)

    def quote_and_cap(self):
        for merchant, bid, ask in (("grocer", "0.008", "0.0084"), ("pharmacy", "0.004", "0.0042")):
            self.tally("quote", "publish", "--bid", bid, "--ask", ask, "--as", merchant)
        self.tally("change", "propose", "collateral", "--debtor", "grocer", "--amount", "100.00")
        for merchant in ("pharmacy", "fuel"):
            shown = self.tally("change", "approve", "--of", "grocer", "--as", merchant).stderr
            self.assertIn("collateral of grocer in EUR: 100.00\n", shown)
        self.eventually(
            "settlement", "exposure", "--of", "grocer",
            is_so=lambda told: [each["cap"] for each in told["debtors"]] == [100_000_000])

    def token(self, member, points):
        file = self.network.folder / secrets.token_hex(4)
        key = self.network.net / "merchants" / "grocer" / "custodian.pem"
        self.tally("consent", "token", "--member", member, "--programme", "grocer", "--acceptor",
                   "pharmacy", "--points", points, "--key", key, "--out", file)
        return file

    def spend(self, member, points, token, code=0):
        return self.submit("redeem", "--as", "pharmacy/terminal", "--consent-token", token,
                           code=code, programme=1, member=member, currency="EUR", basket="30000",
                           points=str(points))

    def advice(self, accounts, *words, code=0):
        file = self.network.folder / "accounts.csv"
        file.write_text(accounts, encoding="utf-8")
        return self.tally("settlement", "advice", "--cycle", self.cycle, "--accounts", file,
                          "--out", self.network.folder / "pay.xml", *words, code=code)

    def test_points_spent_elsewhere_are_paid_for(self):
        member = secrets.token_hex(16)
        self.submit("enrol", programme=1, member=member, commitment=secrets.token_hex(32))
        self.submit("earn", programme=1, member=member, currency="EUR", total="2000000",
                    event_time=str(int(time.time() * 1000)))
        self.quote_and_cap()

        token = self.token(member, 1_500)
        self.assertIn("12.000000 EUR", self.spend(member, 1_500, token))
        self.assertIn("CONSENT_USED", self.spend(member, 100, token, code=10))
        # 12.00 of 100.00 are owed: 11,050 points more are 88.40.
        dear = self.token(member, 20_000)
        self.assertIn("ISSUER_CAP_EXCEEDED", self.spend(member, 11_050, dear, code=10))
        [arisen] = self.network.ask("settlement", "show")["open"]
        self.assertEqual((arisen["debtor"], arisen["creditor"], arisen["micro_units"]),
                         (1, 2, 12_000_000))
        self.cycle = arisen["cycle"]
        self.assertIn("NOT_DUE", self.tally("settlement", "close", code=10).stdout)

        self.network.tally("localnet", "advance", "7d", "--dir", self.network.net)
        self.tally("settlement", "close", "--as", "fuel")
        [cycle] = self.eventually(
            "settlement", "show", "--cycle", self.cycle,
            is_so=lambda told: told["cycles"][0]["state"] == "ADVISED")["cycles"]
        [payment] = cycle["currencies"][0]["payments"]
        self.assertEqual((payment["amount"], payment["state"]), (1_200, "DUE"))
        self.check_advice(cycle["header"])

        self.tally("settlement", "dispute", "--cycle", self.cycle, "--to", "pharmacy",
                   "--bank-reference", f"C{self.cycle}-EUR-1-2")
        self.tally("settlement", "confirm", "--cycle", self.cycle, "--from", "grocer", "--as",
                   "pharmacy")
        csv = self.tally("settlement", "show", "--cycle", self.cycle, "--csv").stdout
        self.assertIn(f"{self.cycle},SETTLED,EUR,payment,grocer,pharmacy,12.00,,CONFIRMED,0.00,"
                      f"C{self.cycle}-EUR-1-2\n", csv)
        told = self.network.ask("settlement", "exposure", "--as", "grocer/auditor")
        self.assertEqual([each["owed"] for each in told["debtors"]], [0])

        self.network.stop()
        self.assertEqual(len(self.network.audits()), 4)  # each law after each transaction

    def check_advice(self, header):
        done = self.advice(ACCOUNTS.replace("5432,", "5433,"), code=2)
        self.assertRegex(done.stderr, r"E-CLI-014.*check digits do not fit.*accounts\.csv:3")
        done = self.advice("\n".join(ACCOUNTS.split("\n")[:2]) + "\n", code=2)
        self.assertIn("no account of pharmacy, merchant 2", done.stderr)
        self.assertIn("certified by nodes of", self.advice(ACCOUNTS).stdout)
        self.assertIn("E-CLI-013", self.advice(ACCOUNTS, code=2).stderr)
        self.advice(ACCOUNTS, "--force")
        self.assertIn("E-NET-004", self.advice(ACCOUNTS, "--force", "--as", "fuel", code=10).stderr)

        root = xml.etree.ElementTree.parse(self.network.folder / "pay.xml").getroot()
        self.assertEqual(root.tag, NAMESPACE + "Document")
        text = {element.tag.removeprefix(NAMESPACE): element.text for element in root.iter()}
        self.assertEqual((text["CtrlSum"], text["NbOfTxs"]), ("12.00", "1"))
        self.assertEqual(text["InstdAmt"], "12.00")
        self.assertEqual(text["EndToEndId"], f"C{self.cycle}-EUR-1-2")
        self.assertIn(header, text["Ustrd"])
        self.assertLessEqual(len(text["Ustrd"]), 140)


if __name__ == "__main__":
    unittest.main()
