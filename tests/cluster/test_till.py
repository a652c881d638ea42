"""A till's day: points are held, the till dies, comes back and asks again, is paid, takes a part of
the basket back; and the next day everybody knows the same."""

import json
import secrets
import subprocess
import time
import unittest

from cluster import NUMBERS, Cluster, wait_until

PROGRAMME = """format = 1

[programme]
id = "grocer"
merchant = "grocer"
version = 2
name = "Grocer points"
currency = "EUR"
value = { points = 100, minor = 100 }
lines = "pseudonymous"
offline_window = "72h"

[[offset]]
from = 2025-10-26T01:00:00Z
minutes = 60

[earn]
base = 'muldiv(tx.eligible, 1, 100)'
tax = "included"
pending = "12h"

[expiry]
kind = "rolling"
months = 12
round = "END_OF_MONTH"

[redeem]
min = 100
step = 50

[hold]
ttl = "15m"

[returns]
window = "30d"
"""
TWELVE_HOURS_MS = 12 * 3_600_000
# Bread, milk and wine: 20.00, of which 500 points pay 5.00.
LINES = [{"sku": sku, "quantity": "1", "net": net}
         for sku, net in (("bread", "1000"), ("milk", "500"), ("wine", "500"))]
# Earned 1,000 + 15, of which 500 were redeemed and 125 of these given back; 4 were taken back.
BOOKS = {"issued": 1_015, "redeemed": 375, "clawed": 4, "outstanding": 636, "debt": 0,
         "redemptions": 1, "earns": 2, "members": 1}


class Till(unittest.TestCase):
    def test_a_till_that_dies_is_paid_once(self):
        with Cluster() as cluster:
            self.cluster = cluster
            self.publish()
            self.member = secrets.token_hex(16)
            self.answer("enrol", member=self.member, commitment=secrets.token_hex(32))
            self.fill_up()

            order = secrets.token_hex(16)
            hold = self.hold_and_die(order)
            self.pay(order, hold)
            self.take_the_milk_back(order)
            self.refused("HOLD_ALREADY_RESOLVED", "capture", hold=hold, points="1")
            self.next_day()
            self.nothing_is_posted_twice()

            cluster.stop()
            for report in cluster.audits():
                grocer = next(each for each in report["programmes"] if each["programme"] == 1)
                self.assertEqual({name: grocer[name] for name in BOOKS}, BOOKS)

    # The story.

    def publish(self):
        file = self.cluster.folder / "programme.toml"
        file.write_text(PROGRAMME, encoding="utf-8")
        self.cluster.tally("programme", "publish", file, "--net", self.cluster.net,
                           "--as", "grocer")
        self.sent = []  # each accepted request of the till, to be sent again

    def fill_up(self):
        """1,000 points that wait for half a day, and the half day."""
        self.earn(secrets.token_hex(16), [{"sku": "tv", "quantity": "1", "net": "100000"}])
        self.assert_balances(available=0, pending=1_000)
        self.pass_time(TWELVE_HOURS_MS)
        self.assert_balances(available=1_000, pending=0)

    def hold_and_die(self, order):
        """The till asks for 500 points while too few nodes run to answer, and is killed. They run
        again: the points are held, and only the till does not know."""
        fields = {"redeem": {"programme": 1, "member": self.member, "currency": "EUR",
                             "basket": "2000", "points": "500"}}
        hold = secrets.token_hex(16)
        document = self.document("hold", hold, order, fields)
        for number in (3, 4):
            self.cluster.freeze(number)
        with subprocess.Popen(
                self.cluster.words("submit", "-", *self.cluster.by_name(1), "--json"),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                text=True, cwd=self.cluster.folder) as till:
            till.stdin.write(document)
            till.stdin.close()
            wait_until(lambda: self.cluster.status(1)["pool_submissions"] > 0, 30,
                       "the till's request does not reach its node")
            till.kill()
            self.assertEqual(till.stdout.read(), "", "the till knows nothing")
        for number in (3, 4):
            self.cluster.thaw(number)
        wait_until(lambda: self.balance(1)["held"] == 500, 60,
                   lambda: f"the points are not held: {self.balance(1)}")

        again = self.send(document)

        self.assertTrue(again["replayed"], again)
        self.assertEqual(again["receipt"]["outcome"], "ACCEPTED")
        self.assertEqual(again["receipt"]["value"], "500")
        self.assert_balances(available=500, held=500, pending=0)
        self.sent.append(document)
        return hold

    def pay(self, order, hold):
        """The goods go over the counter: 5.00 by points, 15.00 in money, which earn 15 points."""
        captured = self.answer("capture", hold=hold, points="500")
        self.assertEqual(captured["receipt"]["value"], "500")
        self.earn(order, LINES, paid_by_points="500")
        self.assert_balances(available=500, held=0, pending=15)

    def take_the_milk_back(self, order):
        """A quarter of the basket: 125 points and 3.75 in money go back. What is left, 15.00 of
        which points paid 3.75, earns 11 points, not 15."""
        reverse = {"order": order, "total": "500",
                   "lines": [{"number": 1, "quantity": "1", "net": "500"}]}
        back = self.answer("reverse", **reverse)
        self.assertEqual(back["receipt"]["value"], "125")
        self.assert_balances(available=625, held=0, pending=11)
        too_much = {"order": order, "total": "2000",
                    "lines": [{"number": n, "quantity": "1", "net": line["net"]}
                              for n, line in enumerate(LINES)]}
        self.refused("REFUND_EXCEEDS_ORDER", "reverse", **too_much)

    def next_day(self):
        self.pass_time(2 * TWELVE_HOURS_MS)
        self.assert_balances(available=636, held=0, pending=0)

    def nothing_is_posted_twice(self):
        for document in self.sent:
            self.assertTrue(self.send(document)["replayed"], document)
        self.assert_balances(available=636, held=0, pending=0)

    # How it is told to the ledger.

    @staticmethod
    def document(kind, request, order, fields):
        whole = {"merchant": 1, "request_id": request, kind: fields}
        if order is not None:
            whole["order_id"] = order
        # A day's requests are sent again on the next one: they stay valid for two.
        whole["valid_until"] = str(int(time.time() * 1000) + 6 * TWELVE_HOURS_MS)
        return json.dumps(whole)

    def send(self, document, code=0):
        done = self.cluster.tally("submit", "-", *self.cluster.by_name(1), "--json", stdin=document,
                                  code=code)
        return json.loads(done.stdout)

    def answer(self, kind, order_id=None, **fields):
        document = self.document(kind, secrets.token_hex(16), order_id,
                                 {"programme": 1, **fields})
        answer = self.send(document)
        self.assertEqual(answer["receipt"]["outcome"], "ACCEPTED", answer)
        self.sent.append(document)
        return answer

    def refused(self, outcome, kind, **fields):
        document = self.document(kind, secrets.token_hex(16), None, {"programme": 1, **fields})
        self.assertEqual(self.send(document, code=10)["receipt"]["outcome"], outcome)

    def earn(self, order, lines, **more):
        total = sum(int(line["net"]) for line in lines)
        self.answer("earn", order, member=self.member, currency="EUR", total=str(total),
                    event_time=str(self.ledger_time()), lines=lines, **more)

    def ledger_time(self):
        return int(self.balance(1)["ledger_time"])

    def pass_time(self, by_ms):
        """The clock's own block still has the old time; the next one has the new."""
        later = self.ledger_time() + by_ms
        document = self.document("advance_clock", secrets.token_hex(16), None,
                                 {"by_ms": str(by_ms)})
        self.assertEqual(self.send(document)["receipt"]["outcome"], "ACCEPTED")
        wait_until(lambda: self.ledger_time() >= later, 30, "no block has the new time")

    def balance(self, number):
        done = self.cluster.tally("balance", self.member, "--programme", "1",
                                  *self.cluster.by_name(number), "--json")
        return json.loads(done.stdout)

    def assert_balances(self, **expected):
        """All four nodes say so, at one height and one root."""
        self.same_height()
        for number in NUMBERS:
            balance = self.balance(number)
            self.assertEqual({name: balance[name] for name in expected}, expected,
                             f"node {number}: {balance}")
            self.assertEqual(balance["debt"], 0)

    def same_height(self):
        def stand_together():
            nodes = self.cluster.statuses(NUMBERS)
            return len(nodes) == 4 and len({(n["executed"], n["state_root"]) for n in nodes}) == 1
        wait_until(stand_together, 60, lambda: f"apart: {self.cluster.statuses(NUMBERS)}")


if __name__ == "__main__":
    unittest.main()
