"""tally programme and tally campaign over four real nodes: checked, published, read, changed."""

import json
import unittest

from network import REPOSITORY, Network

CONFIG = REPOSITORY / "config"
HEAD = 'format = 1\nprogramme = "grocer"\n'
CAMPAIGN = '[[campaign]]\nid = "{id}"\non = "PURCHASE"\naward = \'{award}\'\n{more}'


class Programmes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.network = Network()
        cls.addClassCleanup(cls.network.__exit__, None)
        cls.network.start()

    def tally(self, *words, code=0):
        return self.network.tally(*words, "--net", self.network.net, code=code)

    def ask(self, *words):
        return self.network.ask(*words)

    def written(self, name, text):
        path = self.network.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def last(self, programme):
        return self.ask("programme", "history", programme)[0]["version"]

    def test_check_needs_no_node_and_tells_every_mistake_with_its_place(self):
        text = (CONFIG / "grocer-bpts.toml").read_text(encoding="utf-8")
        bad = self.written("bad.toml", text.replace("'base.points'", "'base.points / 2'")
                           .replace("max_percent", "max_percnt"))

        well = self.network.tally("programme", "check", CONFIG / "grocer-bpts.toml", "--json")
        done = self.network.tally("programme", "check", bad, code=2)

        checked = json.loads(well.stdout)
        self.assertEqual(checked["approvals"], ["airline", "coffee"])
        self.assertEqual(checked["costs"]["PURCHASE"], 8710)
        self.assertTrue(checked["warnings"])
        self.assertEqual(checked["unsupported"], [])
        self.assertEqual(done.stderr.count("\n"), 2, done.stderr)
        self.assertIn('E-PRG-012: unknown key; got "max_percnt"', done.stderr)
        self.assertRegex(done.stderr, r'E-RUL-016: NO_DIVISION; got "/".* at .*bad.toml:\d+:\d+')

    def test_a_programme_is_published_and_read_as_it_was_written(self):
        self.tally("programme", "publish", CONFIG / "grocer-ledger.toml", "--as", "grocer")

        shown = self.ask("programme", "show", "grocer")
        self.assertEqual(shown["version"], 2)
        again = self.written("again.toml", shown["text"])
        self.network.tally("programme", "check", again)
        versions = self.ask("programme", "history", "grocer")
        self.assertEqual([each["version"] for each in versions], [2, 1])
        self.assertEqual(versions[0]["campaigns"], 14)
        self.assertIn("Grocer points", self.tally("programme", "show", "grocer", "--version",
                                                  "1").stdout)
        self.assertIn("version 2", self.tally(  # the same version again
            "programme", "publish", CONFIG / "grocer-ledger.toml", "--as", "grocer",
            code=2).stderr)
        self.assertIn("E-NET-004", self.tally("programme", "show", "grocer", "--version", "99",
                                              code=10).stderr)

    def test_a_programme_of_another_merchant_is_refused_before_it_is_sent(self):
        done = self.tally("programme", "publish", CONFIG / "programme-grocer.toml", "--as", "books",
                          code=2)

        self.assertIn('E-CLI-014: input not understood; got merchant "grocer"', done.stderr)

    def test_campaigns_come_one_version_each_and_change_their_state(self):
        first = self.last("pharmacy")
        text = HEAD.replace("grocer", "pharmacy")
        text += CAMPAIGN.format(id="one", award="1", more="budget = { points = 70 }\n")
        text += CAMPAIGN.format(id="two", award="2", more="")
        file = self.written("two.toml", text)
        as_pharmacy = ("--as", "pharmacy")

        self.tally("campaign", "check", file, *as_pharmacy)
        self.tally("campaign", "publish", file, *as_pharmacy)
        self.tally("campaign", "pause", "one", *as_pharmacy)
        self.tally("campaign", "end", "two", *as_pharmacy)

        self.assertEqual(self.last("pharmacy"), first + 4)
        campaigns = {each["id"]: each for each in self.ask("campaign", "list", *as_pharmacy)}
        self.assertEqual(campaigns["one"]["state"], "PAUSED")
        self.assertEqual(campaigns["one"]["budget_left"], 70)
        self.assertEqual(campaigns["two"]["state"], "ENDED")
        others = {each["id"]: each for each in self.ask("campaign", "list", "pharmacy")}
        self.assertIsNone(others["one"]["points_given"])  # the grocer asks
        self.tally("campaign", "resume", "one", *as_pharmacy)
        self.assertIn("UNKNOWN_CAMPAIGN",  # what has ended stays ended
                      self.tally("campaign", "resume", "two", *as_pharmacy, code=10).stderr)
        self.assertIn("each id once", self.tally("campaign", "publish", file, *as_pharmacy,
                                                 code=2).stderr)

    def test_another_merchants_approval_is_asked_for_before_anything_is_sent(self):
        first = self.last("fuel")
        more = 'funder = "merchant:books"\n'
        file = self.written("shared.toml", HEAD.replace("grocer", "fuel")
                            + CAMPAIGN.format(id="shared", award="1", more=more))

        done = self.tally("campaign", "publish", file, "--as", "fuel", code=2)
        self.assertIn("E-CLI-008: required option missing; got no approval of books", done.stderr)
        self.assertEqual(self.last("fuel"), first)

        self.tally("campaign", "publish", file, "--as", "fuel", "--approve-with",
                   self.network.net / "merchants" / "books" / "operator.pem")
        self.assertEqual(self.last("fuel"), first + 1)

    def test_a_campaign_file_is_for_its_programme(self):
        file = self.written("other.toml", HEAD + CAMPAIGN.format(id="x", award="1", more=""))

        done = self.network.tally("campaign", "check", file, "--with",
                                  CONFIG / "programme-books.toml", code=2)

        self.assertIn('E-CLI-014: input not understood; got campaigns for "grocer"', done.stderr)


if __name__ == "__main__":
    unittest.main()
