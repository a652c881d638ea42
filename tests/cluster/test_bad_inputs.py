"""Bad inputs through the real programs: design/bad-inputs.md, CLI-42 to CLI-50, and the front
door's rows that a command can reach. Each has one clear error, and the nodes stay up."""

import json
import unittest

from network import Network

MEMBER = "00112233445566778899aabbccddeeff"
NOBODY = "ffeeddccbbaa99887766554433221100"
LAST_YEAR = 1_735_689_600_000  # 2025-01-01; the import key may backdate


def transaction(kind, request=None, **fields):
    whole = {kind: {"programme": 1, **fields}}
    if request is not None:
        whole["request_id"] = f"{request:032x}"
    return json.dumps(whole)


def earn(request, total, member=MEMBER):
    return transaction("earn", request, member=member, currency="EUR", total=str(total),
                       event_time=str(LAST_YEAR))


def redeem(points, request=None):
    return transaction("redeem", request, member=MEMBER, currency="EUR", basket="5000",
                       points=str(points))


class BadInputs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.network = Network()
        cls.addClassCleanup(cls.network.__exit__, None)
        cls.network.start()
        cls.submit(transaction("enrol", 1, member=MEMBER, commitment="11" * 32))

    @classmethod
    def submit(cls, text, code=0, *more):
        done = cls.network.tally("submit", "-", "--net", cls.network.net, "--as", "grocer/import",
                                 "--json", *more, stdin=text, code=code)
        return [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def tearDown(self):
        nodes = self.network.nodes()
        self.assertTrue(all("error" not in node and node["voting"] for node in nodes), nodes)

    def refused_at_once(self, text, *words):
        answers, said = self.submit(text, code=2)
        self.assertEqual(answers, [])
        self.assertIn("E-CLI-014", said)
        self.assertEqual(len(said.splitlines()), 1, said)
        for word in words:
            self.assertIn(word, said)

    def test_amounts_that_mean_nothing_are_refused_before_they_are_sent(self):
        for points in (0, -1, 2**53, 2**63):
            with self.subTest(points=points):
                self.refused_at_once(redeem(points, 50), "points")
        for total in (-1, 2**53, 2**63):
            with self.subTest(total=total):
                self.refused_at_once(earn(51, total), "total")
        said = self.network.tally("receipt", f"{50:032x}", "--net", self.network.net, code=10)
        self.assertIn("E-NET-004", said.stderr)

    def test_input_that_is_no_transaction_is_refused_with_its_place(self):
        good = redeem(100, 52)
        self.refused_at_once("{", "-:1:")
        self.refused_at_once(good + " " + good, "-:1:")
        self.refused_at_once(good + "\n{]\n", "-:2:2")
        self.refused_at_once(redeem(100).replace("points", "pionts"), "pionts")
        self.refused_at_once('{"merchant": 1, "merchant": 2, ' + redeem(1)[1:], "merchant")
        done = self.network.tally("submit", "absent.json", "--net", self.network.net, code=2)
        self.assertIn("absent.json", done.stderr)

    def test_what_means_nothing_in_a_kind_is_refused_by_its_field(self):
        basket = {"programme": 1, "member": MEMBER, "currency": "EUR", "basket": "5000",
                  "points": "100"}
        order = f"{70:032x}"
        for text, word in (
                (json.dumps({"hold": {"redeem": basket, "ttl_ms": "604800001"}}), "ttl"),
                (json.dumps({"redeem": {**basket, "token": "11" * 32}}), "token"),
                (transaction("capture", hold=order, points="0"), "points"),
                (transaction("void", hold="ab"), "void.hold"),
                (transaction("reverse", order=order, total="0"), "total"),
                (transaction("merge", source=MEMBER, target=MEMBER), "target"),
                (transaction("freeze", member=MEMBER), "freeze.kind"),
                (transaction("adjust", member=MEMBER, points="1", reason="call 030 1234567",
                             direction="ADJUST_DIRECTION_CREDIT"), "reason"),
                (transaction("open_lots", lots=[{"member": MEMBER, "points": "1", "ref": "7"}]),
                 "lots[0].ref"),
                (transaction("extend", member=MEMBER, months=0, lot={}), "months")):
            with self.subTest(text=text):
                self.refused_at_once(text, word)

    def test_a_hold_is_resolved_once_and_its_purchase_comes_back(self):
        member = "0123456789abcdef0123456789abcdef"
        self.submit(transaction("enrol", 200, member=member, commitment="22" * 32))
        self.submit(earn(201, 50_000, member=member))
        basket = {"programme": 1, "member": member, "currency": "EUR", "basket": "5000",
                  "points": "500"}
        order = f"{77:032x}"
        held, _ = self.submit(json.dumps({"request_id": f"{202:032x}", "order_id": order,
                                          "hold": {"redeem": basket}}))
        hold = f"{202:032x}"
        self.assertEqual(self.network.ask("balance", member)["held"], 500)
        captured, _ = self.submit(transaction("capture", 203, hold=hold, points="500"))
        again, said = self.submit(transaction("capture", 204, hold=hold, points="500"), code=10)
        self.submit(transaction("reverse", 205, order=order, total="5000"))

        self.assertEqual(held[0]["receipt"]["hold"], captured[0]["receipt"]["hold"])
        self.assertEqual(again[0]["receipt"]["outcome"], "HOLD_ALREADY_RESOLVED")
        self.assertIn("HOLD_ALREADY_RESOLVED", said)
        balance = self.network.ask("balance", member)
        self.assertEqual((balance["available"], balance["held"]), (500, 0))
        self.assertEqual(balance["holds"], [])
        self.assertEqual(balance["state"], "open")

    def test_an_unknown_member_is_an_answer_of_the_ledger(self):
        answers, said = self.submit(earn(60, 1000, member=NOBODY), code=10)

        self.assertEqual(answers[0]["receipt"]["outcome"], "UNKNOWN_MEMBER")
        self.assertIn("E-NET-003", said)
        self.assertIn("UNKNOWN_MEMBER", said)

    def test_a_request_id_holds_for_one_content(self):
        first, _ = self.submit(earn(70, 12_345))
        again, _ = self.submit(earn(70, 12_345))
        other, said = self.submit(earn(70, 12_346), code=10)

        self.assertEqual(first[0]["receipt"]["outcome"], "ACCEPTED")
        self.assertFalse(first[0]["replayed"])
        self.assertTrue(again[0]["replayed"])
        self.assertEqual(again[0]["receipt"]["position"], first[0]["receipt"]["position"])
        self.assertEqual(other[0]["receipt"]["outcome"], "IDEMPOTENCY_CONFLICT")
        self.assertEqual(other[0]["receipt"]["conflict_field"], "total")
        self.assertIn("field total", said)
        balance = self.network.ask("balance", MEMBER)
        self.assertEqual(balance["available"], 123)

    def test_more_than_there_is_cannot_be_redeemed(self):
        answers, _ = self.submit(redeem(4_000, 80), code=10)

        self.assertEqual(answers[0]["receipt"]["outcome"], "INSUFFICIENT_AVAILABLE")

    def test_a_balance_is_proven(self):
        balance = self.network.ask("balance", MEMBER, "--verify")

        self.assertGreaterEqual(len(balance["verified"]["certified_by"]), 3)

    def test_a_file_is_not_overwritten(self):
        out = self.network.folder / "history.jsonl"
        out.write_text("mine", encoding="ascii")
        words = ["history", MEMBER, "--net", self.network.net, "--out", out]

        self.assertIn("E-CLI-013", self.network.tally(*words, code=2).stderr)
        self.assertEqual(out.read_text(encoding="ascii"), "mine")
        self.network.tally(*words, "--force")
        self.assertIn("enrol", out.read_text(encoding="ascii"))

    def test_a_bad_row_stops_an_import_before_it_starts(self):
        log = self.network.folder / "log.csv"
        head = "time,customer,amount\n2025-01-01T10:00:00Z,a,1.00\n"
        for row, word in (("2025-01-01,b,-1.00", "-1.00"), ("2025-01-01,b,1.001", "places"),
                          ("2025-02-30,b,1.00", "2025-02-30"), ("2025-01-01,b", "columns"),
                          ("2125-01-01,b,1.00", "2125-01-01")):
            with self.subTest(row=row):
                log.write_text(head + row + "\n", encoding="ascii")
                done = self.network.tally("import", log, "--format", "csv", "--map",
                                          "member=customer", "--net", self.network.net, code=2)
                self.assertIn("log.csv:3", done.stderr)
                self.assertIn(word, done.stderr)
                self.assertFalse((self.network.folder / "log.csv.tally").exists())

    def test_a_node_that_is_not_there_is_named(self):
        done = self.network.tally("audit", "127.0.0.1:1", "--net", self.network.net, code=10)
        self.assertIn("127.0.0.1:1", done.stderr)

    def test_an_auditor_far_away_comes_to_the_same(self):
        node = self.network.nodes()[0]
        report = json.loads(self.network.tally("audit", node["endpoint"], "--net",
                                               self.network.net, "--json").stdout)
        self.assertEqual(report["chain"], node["chain"])
        self.assertGreaterEqual(report["height"], node["stable"])


if __name__ == "__main__":
    unittest.main()
