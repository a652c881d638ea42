"""Three weeks of four merchants: a shop's log, points spent elsewhere, returned and exchanged; what
is owed, settled and outstanding at the end is what settlement_check counts from the receipts."""

import concurrent.futures
import copy
import csv
import datetime
import decimal
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import unittest
from collections import Counter, defaultdict

import settlement_check
from cluster import Cluster, wait_until
from network import SHARED

LOG = SHARED / "completejourney" / "transactions_sample.csv.gz"
BASKETS = int(os.environ.get("TALLY_JOURNEY_BASKETS", 600))
HOUSEHOLDS = max(40, BASKETS // 15)  # those that buy most, so that points come together
OWN_KEYS = 4  # so many of them sign for themselves; for all others their points' issuer does
NAMES = ("grocer", "pharmacy", "fuel", "books")
NUMBERS = dict(zip(NAMES, range(1, 5)))

HOUR_MS = 3_600_000
WEEK_MS = 168 * HOUR_MS
CYCLES = 3
# In each cycle on Monday evening and on Sunday evening: what waits half a day then is of the next.
SESSIONS_MS = (20 * HOUR_MS, (6 * 24 + 20) * HOUR_MS)
GIFT = max(2_000, 4 * BASKETS)  # points, so that nobody runs out of them
SPENT_MAX = 300  # points, of one redemption

PROGRAMME = """format = 1

[programme]
id = "{name}"
merchant = "{name}"
version = 2
name = "{name} points"
currency = "EUR"
value = {{ points = 100, minor = 100 }}
offline_window = "72h"

[earn]
base = 'muldiv(tx.eligible, 10, 100)'
tax = "included"
pending = "{pending}"

[expiry]
kind = "rolling"
months = 12

[exchange]
enabled = true
fee = {{ bp = {fee} }}

[[campaign]]
id = "welcome"
title = "Welcome"
on = "ENROL"
award = '{gift}'
"""
# The pharmacy hands out the grocer's points, too, and pays for them.
PARTNER = """
[[partner]]
merchant = "pharmacy"
base_funded_by = "partner"
"""
# The bookshop pays for these points of the fuel station's.
FUNDED = """
[[campaign]]
id = "reader"
title = "From the bookshop"
on = "PURCHASE"
when = 'tx.total >= 500'
award = '35'
funder = "merchant:books"
"""
# Euros; none is a whole cent, so that something is carried.
QUOTES = {"grocer": ("0.008137", "0.008411"), "pharmacy": ("0.004219", "0.0043"),
          "fuel": ("0.019003", "0.019003"), "books": ("0.006971", "0.0075")}
CAP = "20000.00"
COLLATERAL = "0.31"  # less than the largest payment of a week


class Basket:
    def __init__(self, number, row, cents):
        self.number = number
        self.household = row["household_id"]
        self.merchant = NAMES[int(row["store_id"]) % 4]
        self.cents = cents
        self.order = hashlib.sha256(b"order" + row["basket_id"].encode()).hexdigest()[:32]
        self.time = row["transaction_timestamp"]
        # Each tenth is paid in part with another merchant's points, each fiftieth comes back.
        self.is_paid_elsewhere = number % 10 == 0
        self.comes_back = number % 50 == (0 if number // 50 % 2 == 0 else 7)
        self.programme = self.merchant
        if self.merchant == "pharmacy" and number % 7 == 3:
            self.programme = "grocer"


def member_of(household):
    return hashlib.sha256(b"household" + household.encode()).hexdigest()[:32]


def baskets():
    """Of the households that buy most, over the whole year; none below a unit of money, of which
    points could pay nothing."""
    rows, cents = {}, Counter()
    with gzip.open(LOG, "rt", encoding="utf-8") as log:
        for row in csv.DictReader(log):
            rows.setdefault(row["basket_id"], row)
            price = decimal.Decimal(row["sales_value"]) * 100
            cents[row["basket_id"]] += int(price.to_integral_value(decimal.ROUND_HALF_UP))
    households = Counter(row["household_id"] for row in rows.values())
    most = {household for household, _ in households.most_common(HOUSEHOLDS)}
    found = sorted((row for key, row in rows.items()
                    if row["household_id"] in most and cents[key] >= 100),
                   key=lambda row: (row["transaction_timestamp"], row["basket_id"]))
    count = min(BASKETS, len(found))
    chosen = [found[place * len(found) // count] for place in range(count)]
    return [Basket(number, row, cents[row["basket_id"]]) for number, row in enumerate(chosen)]


@unittest.skipUnless(LOG.is_file(), f"no {LOG}: the shared data are not on this machine")
class Settlement(unittest.TestCase):
    def test_three_cycles_are_what_their_receipts_come_to(self):
        with Cluster() as self.cluster, concurrent.futures.ThreadPoolExecutor(4) as self.pool:
            self.baskets = baskets()
            self.households = sorted({basket.household for basket in self.baskets})
            self.signing = set(self.households[:OWN_KEYS])
            self.spent = Counter()  # (household, programme): points at most
            self.returning = []
            self.pass_to(settlement_check.start_of_cycle(self.cycle_now() + 1) + 6 * HOUR_MS)
            self.found()
            for cycle in range(CYCLES):
                self.trade(cycle)
            self.let_call_days_pass()

            shown = self.shown
            shown.append(self.ask("settlement", "show", "--as", "grocer/auditor"))
            liability = self.ask("settlement", "liability", "--as", "grocer/auditor")
            exposure = self.ask("settlement", "exposure", "--as", "grocer/auditor")
            self.cluster.stop()
            entries, report = self.export()
            self.assert_all_happened(entries)
            figures = (entries, shown, liability, exposure, report)
            self.assert_counted(*figures)
            self.assert_wrong_figures_are_found(*figures)
            self.assert_command(shown, liability)

    # The story.

    def found(self):
        """Programmes, quotes, collateral and members, as the consortium starts."""
        self.shown = []
        for name in NAMES:
            self.publish(name)
        for name, (bid, ask) in QUOTES.items():
            self.quote(name, bid, ask)
        self.decide("collateral", COLLATERAL)
        self.decide("cap", CAP)
        self.keys = {household: self.cluster.folder / f"member-{household}.pem"
                     for household in self.signing}
        self.public = {household: self.ask("keys", "new", path, net=False)["public_key"]
                       for household, path in self.keys.items()}
        self.in_parallel(self.enrol, NAMES)

    def publish(self, name):
        text = PROGRAMME.format(name=name, gift=GIFT, fee=100 if name == "grocer" else 0,
                                pending="12h" if name == "fuel" else "0d")
        text += {"grocer": PARTNER, "fuel": FUNDED}.get(name, "")
        file = self.cluster.folder / f"programme-{name}.toml"
        file.write_text(text, encoding="utf-8")
        approving = {"grocer": "pharmacy", "fuel": "books"}.get(name)
        words = []
        if approving is not None:
            words = ["--approve-with", self.cluster.net / "merchants" / approving / "operator.pem"]
        self.tally("programme", "publish", file, "--as", name, *words)

    def quote(self, name, bid, ask):
        self.tally("quote", "publish", "--bid", bid, "--ask", ask, "--days", 90, "--as", name)

    def decide(self, what, amount):
        """Each proposes it for itself and two others approve, so that three of four want it."""
        self.in_parallel(lambda name: self.tally(
            "change", "propose", what, "--debtor", name, "--amount", amount, "--as", name), NAMES)
        for step in (1, 2):
            self.in_parallel(lambda name: self.tally(
                "change", "approve", "--of", name, "--as",
                NAMES[(NUMBERS[name] - 1 + step) % 4]), NAMES)

    def enrol(self, name):
        """All members: those with keys of their own one by one, since each signs."""
        lines = []
        for household in self.households:
            fields = {"programme": NUMBERS[name], "member": member_of(household),
                      "commitment": hashlib.sha256(
                          f"{name} {household}".encode()).hexdigest()}
            if household not in self.signing:
                lines.append({"enrol": fields})
                continue
            kind, _, digits = self.public[household].partition(":")
            fields["member_key"] = {"kind": f"KEY_KIND_{kind.upper()}", "key": digits}
            self.submit(f"{name}/operator", [{"enrol": fields}], self.keys[household])
        self.submit(f"{name}/operator", lines)

    def trade(self, cycle):
        """Two evenings; then the week ends and is paid for, but for the last one."""
        monday = settlement_check.start_of_cycle(self.cycle_now())
        share = len(self.baskets) // (2 * CYCLES) + 1
        for number, offset in enumerate(SESSIONS_MS):
            self.pass_to(monday + offset)
            if (cycle, number) == (1, 0):
                self.quote("fuel", "0.017777", "0.018")  # pays less: from the next day on
            if (cycle, number) == (1, 1):
                self.quote("grocer", "0.008999", "0.009")
            first = (2 * cycle + number) * share
            self.sell(self.baskets[first:first + share])
        if cycle == CYCLES - 1:
            self.take_back()
        self.pass_to(monday + WEEK_MS + 9 * HOUR_MS)
        self.settle(settlement_check.cycle_of(monday), pay_all=cycle < CYCLES - 1)

    def sell(self, evening):
        """What came back since, then who signs for themselves, then all other baskets in order."""
        self.take_back()
        redeeming = {basket.number: programme for basket in evening
                     if basket.is_paid_elsewhere and (programme := self.choose(basket))}
        self.tokens = dict(self.pool.map(
            lambda item: (item[0], self.token(*item)),
            [(number, programme) for number, programme in redeeming.items()
             if self.baskets[number].household not in self.signing]))
        signed, plain = defaultdict(list), defaultdict(list)
        for basket in evening:
            signs = basket.household in self.signing
            lines = []
            if basket.number in redeeming:
                lines = self.spend(basket, redeeming[basket.number])
            (signed[basket.household, basket.merchant] if signs else plain[basket.merchant]).extend(
                lines)
            plain[basket.merchant].append(self.earn(basket))
            if basket.comes_back:
                self.returning.append(basket)
        for number, household in enumerate(sorted(self.signing)):
            source, target = NAMES[(number + len(self.returning)) % 4], NAMES[(number + 1) % 4]
            if source != target:
                signed[household, source].append({"exchange_points": {
                    "programme": NUMBERS[source], "into": NUMBERS[target],
                    "member": member_of(household), "give": str(61 + 10 * number)}})
        self.in_parallel(lambda item: self.submit(
            f"{item[0][1]}/operator", item[1], self.keys[item[0][0]]), signed.items())
        self.in_parallel(lambda item: self.submit(f"{item[0]}/terminal", item[1]), plain.items())

    def choose(self, basket):
        """Another merchant's points, of which the household has enough whatever happens; none are
        left of who redeems all the time."""
        for step in range(3):
            programme = NAMES[(NUMBERS[basket.merchant] + (basket.number // 10 + step) % 3) % 4]
            if programme == basket.merchant:
                continue
            if self.spent[basket.household, programme] + SPENT_MAX <= GIFT // 2:
                self.spent[basket.household, programme] += SPENT_MAX
                return programme
        return None

    def spend(self, basket, programme):
        """By one redemption, or each third time by hold and capture of a part."""
        redeem = {"programme": NUMBERS[programme], "member": member_of(basket.household),
                  "currency": "EUR", "basket": str(basket.cents)}
        consents = {"consents": self.tokens[basket.number]} if basket.number in self.tokens else {}
        if basket.number // 10 % 3 != 1:
            redeem["up_to"] = str(SPENT_MAX - basket.number % 89)
            return [{"order_id": basket.order, "redeem": redeem, **consents}]
        micro = decimal.Decimal(QUOTES["fuel"][0]) * 1_000_000  # the dearest: fewer points fit
        held = min(SPENT_MAX, int(basket.cents * 10_000 / micro))
        redeem["points"] = str(held)
        hold = hashlib.sha256(b"hold" + basket.order.encode()).hexdigest()[:32]
        return [{"order_id": basket.order, "request_id": hold, **consents,
                 "hold": {"redeem": redeem, "ttl_ms": str(HOUR_MS)}},
                {"capture": {"programme": NUMBERS[programme], "hold": hold,
                             "points": str(held * 2 // 3)}}]

    def token(self, number, programme):
        """By the key of the points' issuer that may sign for members in its custody."""
        basket = self.baskets[number]
        file = self.cluster.folder / f"token-{number}.json"
        until = datetime.datetime.fromtimestamp((self.now_ms + 12 * HOUR_MS) / 1_000,
                                                datetime.timezone.utc)
        self.tally("consent", "token", "--member", member_of(basket.household),
                   "--programme", programme, "--acceptor", basket.merchant,
                   "--points", SPENT_MAX, "--until", until.strftime("%Y-%m-%dT%H:%M:%SZ"),
                   "--key", self.cluster.net / "merchants" / programme / "custodian.pem",
                   "--out", file)
        return [json.loads(file.read_text(encoding="utf-8"))]

    def earn(self, basket):
        return {"order_id": basket.order, "earn": {
            "programme": NUMBERS[basket.programme], "member": member_of(basket.household),
            "currency": "EUR", "total": str(basket.cents), "event_time": str(self.now_ms)}}

    def take_back(self):
        """Each second one whole. What of a part a funder gets back only its rules could tell."""
        lines = defaultdict(list)
        for place, basket in enumerate(self.returning):
            is_whole = place % 2 == 0 or basket.programme == "fuel"
            total = basket.cents if is_whole else basket.cents // 2
            lines[basket.merchant].append({"reverse": {
                "programme": NUMBERS[basket.programme], "order": basket.order,
                "total": str(total)}})
        self.returning = []
        self.in_parallel(lambda item: self.submit(f"{item[0]}/terminal", item[1]), lines.items())

    def settle(self, cycle, pay_all):
        """Close, advice, and each creditor's word; of the last cycle the largest payment is not
        made, and the next one is disputed."""
        self.tally("settlement", "close", "--as", NAMES[cycle % 4])
        record = wait_until(lambda: self.advised(cycle), 30, "no block lists the payments")
        payments = sorted(record["currencies"][0]["payments"], key=lambda each: -each["amount"])
        if not pay_all:
            self.unpaid, self.disputed, *payments = payments
            self.tally("settlement", "dispute", "--cycle", cycle,
                       "--to", NAMES[self.disputed["creditor"] - 1], "--bank-reference", "B-1",
                       "--as", NAMES[self.disputed["debtor"] - 1])
        for payment in payments:
            self.assert_advice(cycle, payment)
            self.tally("settlement", "confirm", "--cycle", cycle,
                       "--from", NAMES[payment["debtor"] - 1],
                       "--as", NAMES[payment["creditor"] - 1])
        if pay_all:
            self.keep(cycle)

    def keep(self, cycle):
        """A cycle as it ended; its payments by debtor and creditor."""
        record = self.cycle(cycle)
        self.assertEqual(record["state"], "SETTLED")
        self.shown.append({"cycles": [record], "open": []})
        return {(each["debtor"], each["creditor"]): each
                for each in record["currencies"][0]["payments"]}

    def advised(self, cycle):
        record = self.cycle(cycle)
        return record if record["state"] == "ADVISED" else None

    def cycle(self, cycle):
        answer = self.ask("settlement", "show", "--cycle", cycle, "--as", "fuel/auditor")
        return answer["cycles"][0]

    def let_call_days_pass(self):
        """The collateral pays what it can: of one payment at the call day, and of the one that the
        consortium did not decide on ten days later."""
        cycle = settlement_check.cycle_of(self.now()) - 1
        self.pass_to(self.now() + 6 * 24 * HOUR_MS)
        self.assertEqual(self.cycle(cycle)["state"], "ADVISED")
        self.pass_to(self.now() + 10 * 24 * HOUR_MS)
        payments = self.keep(cycle)
        for each in (self.unpaid, self.disputed):
            payment = payments[each["debtor"], each["creditor"]]
            self.assertEqual(payment["state"], "DRAWN")
        self.assertEqual(payments[self.unpaid["debtor"], self.unpaid["creditor"]]["drawn"], 31)

    def assert_advice(self, cycle, payment):
        """The bank's file pays what the cycle says."""
        folder = self.cluster.folder
        accounts, out = folder / "accounts.csv", folder / f"pay-{cycle}-{payment['debtor']}.xml"
        accounts.write_text("merchant,name,iban,bic\n" + "".join(
            f"{number},{name},{iban},\n" for (name, number), iban in zip(NUMBERS.items(), (
                "DE89370400440532013000", "GB82WEST12345698765432", "FR1420041010050500013M02606",
                "BE68539007547034"))), encoding="ascii")
        self.tally("settlement", "advice", "--cycle", cycle, "--accounts", accounts, "--force",
                   "--out", out, "--as", NAMES[payment["debtor"] - 1])
        amounts = re.findall(r'<InstdAmt Ccy="EUR">([0-9.]+)<', out.read_text(encoding="utf-8"))
        self.assertIn(f"{payment['amount'] // 100}.{payment['amount'] % 100:02}", amounts)

    # The count.

    def export(self):
        """What all nodes agree on, from one of them."""
        file = self.cluster.folder / "receipts.jsonl"
        report = json.loads(self.cluster.tally(
            "audit", self.cluster.net / "node-2", "--genesis", self.cluster.net / "genesis.toml",
            "--receipts", file, "--json").stdout)
        with file.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines], report

    def assert_all_happened(self, entries):
        """That there was something to count: each way to owe, and each way back."""
        outcomes = Counter(entry["receipt"]["outcome"] for entry in entries)
        self.assertLessEqual(set(outcomes), {"ACCEPTED", "REPLAYED"}, outcomes)
        receipts = [entry["receipt"] for entry in entries
                    if entry["receipt"]["outcome"] == "ACCEPTED"]
        ways = Counter((each["reason"].removeprefix("OBLIGATION_REASON_"), "origin" in each)
                       for receipt in receipts for each in receipt["obligations"])
        for way in (("REDEEMED", False), ("REDEEMED", True), ("EXCHANGED", False),
                    ("FUNDED", False), ("FUNDED", True), ("UNPAID", True)):
            self.assertIn(way, ways)
        kinds = Counter(receipt["kind"] for receipt in receipts)
        self.assertEqual(kinds["earn"], len(self.baskets))
        self.assertGreaterEqual(10 * (kinds["redeem"] + kinds["capture"]), len(self.baskets))
        self.assertGreaterEqual(50 * kinds["reverse"], len(self.baskets))
        self.assertEqual(kinds["close_cycle"], CYCLES)
        print(f"{len(entries)} receipts: {dict(kinds)}; {dict(ways)}", flush=True)

    def assert_counted(self, entries, shown, liability, exposure, report):
        receipts = settlement_check.read(entries, NAMES)
        settlement_check.check_cycles(receipts, shown)
        settlement_check.check_liability(receipts, liability)
        settlement_check.check_exposure(receipts, exposure)
        settlement_check.check_audit(receipts, report)

    def assert_wrong_figures_are_found(self, *figures):
        """One point, one micro-unit or one cent more anywhere, and the count does not agree."""
        def find(entries, holds):
            return next(entry["receipt"] for entry in entries if holds(entry["receipt"]))

        def line_of(kind, entries):
            return next(line for entry in entries for line in entry["receipt"]["lines"]
                        if line["kind"] == f"LINE_KIND_{kind}")

        def more(record, key):
            record[key] = type(record[key])(int(record[key]) + 1)

        spoils = {
            "a redeemed line": lambda e, *_: more(line_of("REDEEMED", e), "points"),
            "an earned line": lambda e, *_: more(line_of("EARNED", e), "points"),
            "a line given back": lambda e, *_: more(line_of("GIVEN_BACK", e), "points"),
            "an obligation": lambda e, *_: more(
                find(e, lambda r: r["obligations"])["obligations"][0], "micro_units"),
            "a quote": lambda e, *_: more(next(
                entry["transaction"]["publish_quote"] for entry in e
                if "publish_quote" in entry.get("transaction", {})), "bid"),
            "a receipt that is missing": lambda e, *_: e.remove(
                next(entry for entry in e if entry["receipt"]["kind"] == "redeem")),
            "a pair": lambda _, s, *__: more(
                s[0]["cycles"][0]["currencies"][0]["pairs"][0], "carry_micro_units"),
            "a net": lambda _, s, *__: more(
                s[0]["cycles"][0]["currencies"][0]["nets"][0], "net"),
            "a payment": lambda _, s, *__: more(
                s[1]["cycles"][0]["currencies"][0]["payments"][0], "amount"),
            "a liability": lambda *all_of: more(all_of[2]["issuers"][2], "available"),
            "an exposure": lambda *all_of: more(all_of[3]["debtors"][1], "owed"),
            "an audit": lambda *all_of: more(all_of[4]["programmes"][3], "redeemed"),
        }
        for name, spoil in spoils.items():
            spoilt = copy.deepcopy(figures)
            spoil(*spoilt)
            with self.subTest(name), self.assertRaises(settlement_check.Wrong):
                self.assert_counted(*spoilt)

    def assert_command(self, shown, liability):
        """As docs/settlement.md has it."""
        folder = self.cluster.folder
        (folder / "show.json").write_text("\n".join(map(json.dumps, shown)), encoding="utf-8")
        (folder / "liability.json").write_text(json.dumps(liability), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, settlement_check.__file__, folder / "receipts.jsonl", "--show",
             folder / "show.json", "--liability", folder / "liability.json", "--names",
             ",".join(NAMES)], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"{CYCLES} cycles: as counted", done.stdout)

    # How it is told to the ledger.

    def tally(self, *words, net=True, **how):
        return self.cluster.tally(*words, *(("--net", self.cluster.net) if net else ()), **how)

    def ask(self, *words, **how):
        return json.loads(self.tally(*words, "--json", **how).stdout)

    def submit(self, who, lines, key=None):
        """All of them are accepted, or the test ends."""
        if lines:
            text = "".join(json.dumps(line) + "\n" for line in lines)
            self.tally("submit", "-", "--as", who, *(("--consent", key) if key else ()), stdin=text)

    def in_parallel(self, work, items):
        list(self.pool.map(work, list(items)))

    def now(self):
        return self.ask("settlement", "show", "--as", "grocer/auditor")["ledger_time"]

    def cycle_now(self):
        return settlement_check.cycle_of(self.now())

    def pass_to(self, time):
        """By the development clock."""
        self.cluster.tally("localnet", "advance", f"{time - self.now()}ms",
                           "--dir", self.cluster.net)
        self.now_ms = self.now()


if __name__ == "__main__":
    unittest.main()
