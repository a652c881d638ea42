"""tally explain, simulate and campaign try: what rules would give, give, and why."""

import csv
import json
import secrets
import time
import unittest

from network import REPOSITORY, Network

CAMPAIGN = """format = 1
programme = "grocer"

[[campaign]]
id = "tuesday"
title = "Tuesday"
on = "PURCHASE"
when = 'dow(tx.event_time) == 2'
award = 'base.points'

[[campaign]]
id = "first"
title = "First purchase"
on = "PURCHASE"
when = 'm.purchases_total == 0'
award = '200'
once = true
"""
PROGRAMME = REPOSITORY / "config" / "programme-grocer.toml"
CUSTOMERS = ("anna", "bert", "carl")


class Explain(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.network = Network()
        cls.addClassCleanup(cls.network.__exit__, None)
        cls.network.start()
        cls.campaigns = cls.network.folder / "campaigns.toml"
        cls.campaigns.write_text(CAMPAIGN, encoding="utf-8")
        cls.tally("campaign", "publish", cls.campaigns, "--as", "grocer")
        cls.member = secrets.token_hex(16)
        cls.submit("enrol", member=cls.member, commitment=secrets.token_hex(32))

    @classmethod
    def tally(cls, *words, **how):
        return cls.network.tally(*words, "--net", cls.network.net, **how)

    @classmethod
    def submit(cls, kind, command="submit", **fields):
        text = json.dumps({"request_id": fields.pop("request", secrets.token_hex(16)),
                           kind: {"programme": 1, **fields}})
        return cls.tally(command, "-", "--as", "grocer/operator", "--json", stdin=text)

    def purchase(self, total, command="submit", request=None):
        return self.submit("earn", command, request=request or secrets.token_hex(16),
                           member=self.member, currency="EUR", total=str(total),
                           event_time=str(int(time.time() * 1000)))

    def test_a_purchase_is_simulated_made_and_explained_alike(self):
        before = self.network.ask("balance", self.member)["available"]
        simulated = json.loads(self.purchase(12_050, "simulate").stdout)["explanation"]
        self.assertEqual(self.network.ask("balance", self.member)["available"], before)
        request = secrets.token_hex(16)
        self.purchase(12_050, request=request)

        text = self.tally("explain", request, "--as", "grocer/operator").stdout
        explained = self.network.ask("explain", request, "--as", "grocer/auditor")

        self.assertEqual(simulated["lines"], explained["lines"])
        self.assertEqual(text.splitlines(), explained["lines"])
        self.assertIn("Base: 120 points: 1 for each full 1.00 of 120.50.", text)
        self.assertTrue(explained["agrees"])
        self.assertEqual([rule["result"]["source"] for rule in explained["rules"]],
                         ["base", "first", "tuesday"])
        self.assertIn("E-NET-004", self.tally("explain", "ab" * 16, code=10).stderr)

    def test_a_trial_gives_what_the_ledger_gives(self):
        log = self.network.folder / "log.csv"
        with open(log, "w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["member", "time", "amount"])
            for day in range(1, 29):
                rows.writerow([CUSTOMERS[day % 3], f"2026-09-{day:02}T10:00:00Z", f"{day}.99"])
        members = self.network.folder / "members.csv"

        tried = json.loads(self.network.tally(
            "campaign", "try", self.campaigns, "--with", PROGRAMME, "--log", log, "--members",
            members, "--json").stdout)
        imported = self.network.ask("import", log, "--format", "csv", "--programme", "grocer")

        rules = {rule["rule"]: rule for rule in tried["rules"]}
        self.assertEqual(tried["members"], len(CUSTOMERS))
        self.assertEqual(rules["base"]["points"], sum(range(1, 29)))
        self.assertEqual(rules["tuesday"]["points"], 1 + 8 + 15 + 22)
        self.assertEqual(rules["first"]["points"], 200 * len(CUSTOMERS))
        # What is posted months later counts as nobody's first purchase, but once is once.
        self.assertEqual(tried["points"], imported["points_issued"])
        with open(members, encoding="utf-8", newline="") as file:
            table = list(csv.DictReader(file))
        self.assertEqual([row["member"] for row in table], list(CUSTOMERS))
        self.assertEqual(sum(int(row["points"]) for row in table), tried["points"])

    def test_a_bad_row_is_one_error_with_its_line(self):
        log = self.network.folder / "bad.csv"
        log.write_text("member,time,amount\nanna,2026-09-01,1.00\nanna,never,1.00\n",
                       encoding="utf-8")

        done = self.network.tally("campaign", "try", self.campaigns, "--with",
                                  self.campaigns, "--log", log, code=2)
        self.assertIn("E-PRG", done.stderr)  # campaigns are no programme
        done = self.network.tally("campaign", "try", "--with", PROGRAMME,
                                  self.campaigns, "--log", log, code=2)

        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertRegex(done.stderr, r"E-CLI-014: .*time.* at .*bad.csv:3")


if __name__ == "__main__":
    unittest.main()
