#!/usr/bin/env python3
"""Counts again, from receipts alone, what merchants owe each other and what points they stand for.

Written after design/loyalty.md §16 and §17, not after src/exchange: prices come from the quotes
that issuers published, amounts from the lines of receipts, and what the ledger says of either (its
obligations, cycles and liabilities) is only compared. `tally audit DIR --receipts FILE` writes the
receipts; amounts owed are micro-units, those that are due minor units.

  settlement_check.py receipts.jsonl --show show.json --liability liability.json --names a,b,c,d

The two others are what `tally settlement show --json`, one document a line, and `tally settlement
liability --json` answer to an auditor; the names are of merchants 1, 2, ...
"""

import argparse
import json
import pathlib
import sys
from collections import Counter, defaultdict
from typing import NamedTuple, Optional

DAY_MS = 86_400_000
MICRO_IN_MINOR = 10_000  # of a currency with two places, the only ones here
QUOTE_WAIT_MS = DAY_MS
CALL_DAY_MS = 5 * DAY_MS
DISPUTE_MS = 10 * DAY_MS

# What each kind of line moves, in double entry (design/loyalty.md §3).
MOVES = {
    "EARNED": "+issued +available", "PENDED": "+issued +pending", "OPENED": "+issued +available",
    "ADJUSTED_UP": "+issued +available", "ADJUSTED_DOWN": "-issued -available",
    "ACTIVATED": "-pending +available", "SETTLED": "-available -debt",
    "REDEEMED": "-available +redeemed", "HELD": "-available +held", "CAPTURED": "-held +redeemed",
    "RELEASED": "-held +available", "GIVEN_BACK": "-redeemed +available",
    "CLAWED_PENDING": "-pending +clawed", "CLAWED": "-available +clawed", "OWED": "+debt +clawed",
    "UNRECOVERED": "", "EXPIRED": "-available +expired", "REINSTATED": "-expired +available",
    "FORFEITED": "-available +forfeited", "FORFEITED_PENDING": "-pending +forfeited",
    "WRITTEN_OFF": "-debt -clawed", "EXTENDED": "",
    "FEE": "-available +fees", "EXCHANGED_OUT": "-available +exchanged_out",
    "EXCHANGED_IN": "+available +exchanged_in",
    "SENT": "-available", "RECEIVED": "+available",
    "LEFT_AVAILABLE": "-available", "JOINED_AVAILABLE": "+available",
    "LEFT_PENDING": "-pending", "JOINED_PENDING": "+pending",
    "LEFT_DEBT": "-debt", "JOINED_DEBT": "+debt",
}
WAITED = ("ACTIVATED", "CLAWED_PENDING", "FORFEITED_PENDING")
TAKEN_BACK = ("CLAWED_PENDING", "CLAWED", "OWED")


class Wrong(Exception):
    """A figure of the ledger is not what its receipts come to."""


def expect(what, got, counted):
    if got != counted:
        raise Wrong(f"{what}: the ledger says {got}; its receipts come to {counted}")


def cycle_of(time):
    """Whole weeks since Monday, 5 January 1970."""
    return (time - 4 * DAY_MS) // (7 * DAY_MS)


def start_of_cycle(cycle):
    return (7 * cycle + 4) * DAY_MS


def position_of(message):
    return None if message is None else (int(message["height"]), message["index"])


class Quote(NamedTuple):
    currency: str
    bid: int
    ask: int
    per_day: int
    start: int
    end: int


class Quotes:
    """Of all issuers, as they were published."""

    def __init__(self):
        self.last = {}
        self.next = {}

    def in_force(self, issuer, time):
        waiting = self.next.get(issuer)
        quote = waiting if waiting and waiting.start <= time else self.last.get(issuer)
        if quote is None or not quote.start <= time < quote.end:
            raise Wrong(f"no quote of merchant {issuer} is in force at {time}")
        return quote

    def publish(self, published, time):
        issuer = published["programme"]
        new = Quote(published["currency"], int(published["bid"]), int(published["ask"]),
                    int(published["acceptor_per_day"]), 0, int(published["valid_until"]))
        waiting = self.next.pop(issuer, None)
        if waiting is not None and waiting.start <= time:
            self.last[issuer] = waiting
        last = self.last.get(issuer)
        waits = last is not None and self.takes_away(new, last, time)
        new = new._replace(start=max(int(published["valid_from"]),
                                     time + QUOTE_WAIT_MS if waits else time))
        (self.last if new.start <= time else self.next)[issuer] = new

    @staticmethod
    def takes_away(new, last, time):
        fewer = new.per_day != 0 and (last.per_day == 0 or new.per_day < last.per_day)
        return (new.bid < last.bid or new.currency != last.currency
                or (time < last.end and (new.end < last.end or fewer)))


class Owed(NamedTuple):
    """For one movement of points; of what is taken back, `origin` is where it arose."""
    debtor: int
    creditor: int
    currency: str
    reason: str
    origin: Optional[tuple]


class Spent(NamedTuple):
    """Points of a programme that paid for an order at another merchant."""
    position: tuple
    programme: int
    points: int
    currency: str
    price: int


class Earned(NamedTuple):
    """What a purchase posted; `lines` are (points, who pays for them or None), base first."""
    position: tuple
    programme: int
    total: int
    lines: list
    currency: Optional[str]
    price: int


class Receipts:
    """All receipts of a ledger in its order, counted. Raises Wrong where the obligations of one are
    not what its lines and the quotes come to."""

    def __init__(self, names):
        self.merchants = {name: number for number, name in enumerate(names, 1)}
        self.quotes = Quotes()
        self.owed = defaultdict(Counter)  # (cycle, currency): {(debtor, creditor): micro-units}
        self.books = defaultdict(Counter)  # programme: {book: points}
        self.closed = {}  # cycle: (when, receipt), in the order in which they were closed
        self.holds = {}  # (merchant, request id): (order, currency, price)
        self.held = {}  # id of a hold of another's points: ((debtor, currency), price)
        self.reserved = Counter()  # (debtor, currency): micro-units of holds and what waits
        self.spent = defaultdict(list)  # (merchant, order): what points paid elsewhere
        self.given_back = Counter()  # position of a redemption: points
        self.earned = {}  # (merchant, order)
        self.asks = {}  # position of a receipt with funded lines: (currency, price)
        self.advised = set()  # cycles whose payments were listed
        self.paid = set()  # (cycle, currency, debtor, creditor): confirmed, or drawn
        self.disputed = set()
        self.changes = {}  # by proposer: (change, voices)
        self.collateral = Counter()  # (debtor, currency): minor units
        self.debts = Counter()  # of one receipt
        self.at = 0  # the instant at which its debts arise
        self.at_hold = None  # what it holds, if it is a hold elsewhere
        self.count = Counter()  # kinds of accepted receipts

    def add(self, entry):
        receipt, time = entry["receipt"], entry["ledger_time"]
        where = f"receipt {receipt['position']['height']}/{receipt['position']['index']}"
        if receipt["outcome"] != "ACCEPTED":
            expect(f"{where}, refused: lines and obligations",
                   len(receipt["lines"]) + len(receipt["obligations"]), 0)
            return
        kind = receipt["kind"]
        self.count[kind] += 1
        self.debts, self.at, self.at_hold = Counter(), time, None
        lines = [Line(line) for line in receipt["lines"]]
        for line in lines:
            self.post(line)
        self.fund(position_of(receipt["position"]), kind, lines, time)
        count = getattr(self, f"count_{kind}", None)
        if count is not None:
            count(entry["transaction"], lines, position_of(receipt["position"]), time)
        self.reserve(receipt, lines)
        if kind == "due" and "cycle" in receipt:
            self.run_cycle(receipt["cycle"])
        self.compare(where, receipt)

    def post(self, line):
        for move in MOVES[line.kind].split():
            self.books[line.programme][move[1:]] += line.points if move[0] == "+" else -line.points

    def reserve(self, receipt, lines):
        """For what a hold of another's points has, until it has it no more."""
        if receipt["kind"] == "hold" and self.at_hold is not None:
            self.held[receipt["hold"]] = self.at_hold
        debtor, price = self.held.get(receipt["hold"], (None, 0))
        for line in lines if debtor is not None else ():
            sign = {"HELD": 1, "CAPTURED": -1, "RELEASED": -1}.get(line.kind, 0)
            self.reserved[debtor] += sign * line.points * price

    def owe(self, debtor, creditor, currency, reason, micro_units, origin=None):
        self.debts[Owed(debtor, creditor, currency, reason, origin)] += micro_units

    def compare(self, where, receipt):
        """The receipt's own words; then what is owed goes into the cycle of its instant."""
        said = Counter()
        for each in receipt["obligations"]:
            reason = each["reason"].removeprefix("OBLIGATION_REASON_")
            said[Owed(each["debtor"], each["creditor"], each["currency"], reason,
                      position_of(each.get("origin")))] += int(each["micro_units"])
        counted = {owed: amount for owed, amount in self.debts.items() if amount != 0}
        expect(f"{where}: obligations", dict(said), counted)
        for owed, amount in counted.items():
            cycle = max([cycle_of(self.at)] + [each + 1 for each in self.closed])
            self.owed[cycle, owed.currency][owed.debtor, owed.creditor] += amount

    # Points that a merchant pays for which are not its own.

    def payer(self, line):
        kind, _, name = line.funder.partition(":")
        payer = self.merchants[name] if kind == "merchant" else None
        return None if payer == line.programme else payer

    def fund(self, position, kind, lines, time):
        """At the ask of the earn, once the points are available: what waited, as of its time."""
        for line in lines:
            payer = self.payer(line)
            if payer is None:
                continue
            if line.kind in ("EARNED", "PENDED"):
                quote = self.quotes.in_force(line.programme, time)
                self.asks[position] = (quote.currency, quote.ask)
            at = position if line.kind in ("EARNED", "PENDED") else line.lot
            currency, ask = self.asks.get(at, (None, 0))
            sign = 1 if line.kind == "PENDED" else -int(line.kind in WAITED)
            self.reserved[payer, currency] += sign * line.points * ask
            if line.kind == "ACTIVATED" and kind == "due":
                self.at = min(time, line.available_at)
            if line.kind in ("EARNED", "ACTIVATED"):
                self.owe(payer, line.programme, currency, "FUNDED", line.points * ask)

    # A method for each kind of transaction that counts.

    def count_publish_quote(self, transaction, _lines, _position, time):
        self.quotes.publish(transaction["publish_quote"], time)

    def count_redeem(self, transaction, lines, position, time):
        merchant, issuer = transaction["merchant"], transaction["redeem"]["programme"]
        if issuer != merchant:
            quote = self.quotes.in_force(issuer, time)
            self.spend(merchant, order_of(transaction), Spent(
                position, issuer, points(lines, "REDEEMED"), quote.currency, quote.bid))

    def count_hold(self, transaction, _lines, _position, time):
        """The price is that of the hold, whenever it is captured."""
        merchant, issuer = transaction["merchant"], transaction["hold"]["redeem"]["programme"]
        if issuer != merchant:
            quote = self.quotes.in_force(issuer, time)
            self.holds[merchant, transaction["request_id"]] = (
                order_of(transaction), quote.currency, quote.bid)
            self.at_hold = ((issuer, quote.currency), quote.bid)

    def count_capture(self, transaction, lines, position, _time):
        merchant, capture = transaction["merchant"], transaction["capture"]
        if capture["programme"] != merchant:
            order, currency, price = self.holds[merchant, capture["hold"]]
            self.spend(merchant, order, Spent(position, capture["programme"],
                                              points(lines, "CAPTURED"), currency, price))

    def spend(self, merchant, order, spent):
        self.spent[merchant, order].append(spent)
        self.owe(spent.programme, merchant, spent.currency, "REDEEMED", spent.points * spent.price)

    def count_exchange_points(self, transaction, lines, _position, time):
        issuer, into = (transaction["exchange_points"][key] for key in ("programme", "into"))
        quote = self.quotes.in_force(issuer, time)
        self.owe(issuer, into, quote.currency, "EXCHANGED",
                 points(lines, "EXCHANGED_OUT") * quote.bid)

    def count_earn(self, transaction, lines, position, _time):
        posted = [(line.points, self.payer(line)) for line in lines
                  if line.kind in ("EARNED", "PENDED")]
        earn = transaction["earn"]
        currency, price = self.asks.get(position, (None, 0))
        self.earned[transaction["merchant"], order_of(transaction)] = Earned(
            position, earn["programme"], int(earn["total"]), posted, currency, price)

    def count_reverse(self, transaction, lines, _position, _time):
        reverse = transaction["reverse"]
        order = (transaction["merchant"], reverse["order"])
        self.give_back(order, lines)
        if order in self.earned:
            self.claw(self.earned[order], int(reverse["total"]), lines)

    def give_back(self, order, lines):
        """What was taken last comes back first, each at its own price."""
        left = Counter()
        for line in lines:
            if line.kind == "GIVEN_BACK":
                left[line.programme] += line.points
        for spent in reversed(self.spent[order]):
            part = min(left[spent.programme], spent.points - self.given_back[spent.position])
            left[spent.programme] -= part
            self.given_back[spent.position] += part
            self.owe(spent.programme, order[0], spent.currency, "REDEEMED", -part * spent.price,
                     spent.position)
        for programme, rest in left.items():
            if programme != order[0] and rest != 0:
                raise Wrong(f"order {order}: {rest} points of {programme} come back, never spent")

    def claw(self, earned, total, lines):
        """A funder gets back what was recovered of its lines, base first, but for what waited: that
        was only reserved. What of a part only the rules can tell is refused."""
        payers = {payer for _, payer in earned.lines}
        if payers == {None} or not payers:
            return
        taken = [line for line in lines if line.kind in TAKEN_BACK]
        recovered = sum(line.points for line in taken)
        if len(payers) > 1 and total != earned.total:
            raise Wrong(f"a part of {earned} came back: whose points were taken is not known")
        back = Counter()
        for claim, payer in earned.lines:
            part = recovered if len(payers) == 1 else min(claim, recovered)
            recovered -= part
            back[payer] += part
        for line in taken:
            if line.kind == "CLAWED_PENDING":
                back[self.payer(line)] -= line.points
        for payer, net in back.items():
            if payer is not None:
                self.owe(payer, earned.programme, earned.currency, "FUNDED", -net * earned.price,
                         earned.position if net >= 0 else None)

    # Cycles and their payments.

    def count_close_cycle(self, transaction, _lines, position, time):
        self.closed[transaction["close_cycle"]["cycle"]] = (time, position)

    def count_confirm_payment(self, transaction, _lines, _position, _time):
        paid = transaction["confirm_payment"]
        self.paid.add((paid["cycle"], paid["currency"], paid["debtor"],
                       transaction["merchant"]))

    def count_dispute_payment(self, transaction, _lines, _position, _time):
        paid = transaction["dispute_payment"]
        self.disputed.add((paid["cycle"], paid["currency"], transaction["merchant"],
                           paid["creditor"]))

    def count_propose_change(self, transaction, _lines, _position, _time):
        self.changes[transaction["merchant"]] = (transaction["propose_change"],
                                                 {transaction["merchant"]})
        self.decide(transaction["merchant"])

    def count_approve_change(self, transaction, _lines, _position, _time):
        proposer = transaction["approve_change"]["proposer"]
        self.changes[proposer][1].add(transaction["merchant"])
        self.decide(proposer)

    def decide(self, proposer):
        """With as many voices as a quorum has, and once."""
        change, voices = self.changes[proposer]
        quorum = len(self.merchants) - (len(self.merchants) - 1) // 3
        if "decide_payment" in change:
            raise Wrong("what the consortium decides of payments is not counted here")
        if "set_collateral" in change and len(voices) == quorum:
            collateral = change["set_collateral"]
            self.collateral[collateral["debtor"], collateral["currency"]] = int(
                collateral["collateral"])

    def run_cycle(self, cycle):
        """First its payments are listed; then what is not paid is drawn, disputed ones later."""
        if cycle not in self.advised:
            self.advised.add(cycle)
            return
        unpaid = [(cycle, currency, debtor, creditor, amount)
                  for (number, currency), positions in settle(self).items() if number == cycle
                  for debtor, creditor, amount in positions.payments
                  if (cycle, currency, debtor, creditor) not in self.paid]
        late = [payment for payment in unpaid if payment[:4] not in self.disputed]
        self.at = self.closed[cycle][0] + CALL_DAY_MS + (0 if late else DISPUTE_MS)
        for debtor, currency in sorted({(each[2], each[1]) for each in late or unpaid}):
            self.draw(cycle, debtor, currency,
                      [(creditor, amount) for _, money, who, creditor, amount in late or unpaid
                       if (who, money) == (debtor, currency)])

    def draw(self, cycle, debtor, currency, payments):
        """What the collateral does not cover stays owed, anew."""
        drawn = split([amount for _, amount in payments], self.collateral[debtor, currency])
        for (creditor, amount), part in zip(payments, drawn):
            self.paid.add((cycle, currency, debtor, creditor))
            self.collateral[debtor, currency] -= part
            self.owe(debtor, creditor, currency, "UNPAID", (amount - part) * MICRO_IN_MINOR,
                     self.closed[cycle][1])


class Line:
    def __init__(self, line):
        self.kind = line["kind"].removeprefix("LINE_KIND_")
        self.programme = line["account"]["programme"]
        self.points = int(line["points"])
        self.funder = line["funder"]
        self.lot = position_of(line["lot"]["transaction"]) if line.get("lot") else None
        self.available_at = int(line.get("available_at", 0))


def points(lines, kind):
    return sum(line.points for line in lines if line.kind == kind)


def order_of(transaction):
    return transaction["order_id"] or transaction["request_id"]


def split(weights, whole):
    """By largest remainder, at most the weights themselves."""
    if whole >= sum(weights):
        return weights
    parts = [divmod(whole * weight, sum(weights)) for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-parts[place][1], place))
    extra = set(order[:whole - sum(part for part, _ in parts)])
    return [part + (place in extra) for place, (part, _) in enumerate(parts)]


# From what is owed to what is paid (design/loyalty.md §17).


class Positions(NamedTuple):
    pairs: list  # (debtor, creditor, due, carried micro-units)
    nets: list  # (merchant, minor units)
    payments: list  # (debtor, creditor, minor units)


def balance(owed, carried):
    """Of (debtor, creditor): micro-units, with what the cycle before carried."""
    signed = Counter()  # what the lower merchant owes the higher
    for (debtor, creditor), amount in list(owed.items()) + list(carried.items()):
        if debtor < creditor:
            signed[debtor, creditor] += amount
        else:
            signed[creditor, debtor] -= amount
    pairs, nets = [], Counter()
    for (lower, higher), amount in sorted(signed.items()):
        debtor, creditor = (lower, higher) if amount > 0 else (higher, lower)
        due, rest = divmod(abs(amount), MICRO_IN_MINOR)
        if amount != 0:
            pairs.append((debtor, creditor, due, rest))
        if due != 0:
            nets[debtor] -= due
            nets[creditor] += due
    return Positions(pairs, sorted(nets.items()), payments_of(nets))


def payments_of(nets):
    """The largest debtor pays the largest creditor, ties to the lower id, until nobody owes."""
    left, payments = dict(nets), []
    while any(left.values()):
        debtor = min(left, key=lambda merchant: (left[merchant], merchant))
        creditor = min(left, key=lambda merchant: (-left[merchant], merchant))
        amount = min(-left[debtor], left[creditor])
        payments.append((debtor, creditor, amount))
        left[debtor] += amount
        left[creditor] -= amount
    return payments


def settle(receipts):
    """Positions of each closed cycle, by (cycle, currency); none where nothing was owed."""
    settled, carried = {}, defaultdict(dict)
    currencies = sorted({currency for _, currency in receipts.owed})
    for cycle in receipts.closed:
        for currency in currencies:
            positions = balance(receipts.owed[cycle, currency], carried[currency])
            carried[currency] = {(debtor, creditor): rest
                                 for debtor, creditor, _, rest in positions.pairs if rest != 0}
            if positions.pairs:
                settled[cycle, currency] = positions
    return settled


# What the ledger says.


def check_cycles(receipts, shown):
    """`shown` are answers of `tally settlement show`, which together name every closed cycle."""
    counted = settle(receipts)
    said, opened = {}, {}
    for answer in shown:
        for entry in answer["open"]:
            opened[entry["cycle"], entry["currency"], entry["debtor"],
                   entry["creditor"]] = entry["micro_units"]
        for record in answer["cycles"]:
            when, by = receipts.closed.get(record["cycle"], (None, None))
            expect(f"cycle {record['cycle']}: closed", record["closed_at"], when)
            expect(f"cycle {record['cycle']}: call day", record["call_day"], when + CALL_DAY_MS)
            for each in record["currencies"]:
                said[record["cycle"], each["currency"]] = Positions(
                    [(p["debtor"], p["creditor"], p["due"], p["carry_micro_units"])
                     for p in each["pairs"]],
                    [(n["merchant"], n["net"]) for n in each["nets"]],
                    [(p["debtor"], p["creditor"], p["amount"]) for p in each["payments"]])
    expect("cycles with positions", sorted(said), sorted(counted))
    for name, positions in sorted(counted.items()):
        for part in Positions._fields:
            expect(f"cycle {name}: {part}", getattr(said[name], part), getattr(positions, part))
        expect(f"cycle {name}: sum of nets", sum(net for _, net in said[name].nets), 0)
        if len(positions.payments) > max(len(positions.nets) - 1, 0):
            raise Wrong(f"cycle {name}: {len(positions.payments)} payments are too many")
    still_open = {(cycle, currency, *pair): amount
                  for (cycle, currency), owed in receipts.owed.items()
                  if cycle not in receipts.closed for pair, amount in owed.items() if amount != 0}
    expect("what has arisen in open cycles", opened, still_open)


def check_liability(receipts, answer):
    """`answer` of `tally settlement liability`. Worth is at the bid, in micro-units."""
    for issuer in answer["issuers"]:
        number = issuer["issuer"]
        books = receipts.books[number]
        for book in ("available", "held", "pending", "debt"):
            expect(f"merchant {number}: {book}", issuer[book], books[book])
        outstanding = books["available"] + books["held"] + books["pending"]
        expect(f"merchant {number}: outstanding", issuer["outstanding"], outstanding)
        bid = receipts.quotes.in_force(number, answer["ledger_time"]).bid
        expect(f"merchant {number}: worth", issuer["worth"], outstanding * bid)


def check_exposure(receipts, answer):
    """`answer` of `tally settlement exposure` once every closed cycle is settled: what is owed is
    what arose since, and what the last of them carried."""
    owed = Counter()
    for (cycle, currency), arisen in receipts.owed.items():
        for (debtor, _), amount in arisen.items() if cycle not in receipts.closed else ():
            owed[debtor, currency] += amount
    for (cycle, currency), positions in settle(receipts).items():
        for debtor, _, _, rest in positions.pairs if cycle == max(receipts.closed) else ():
            owed[debtor, currency] += rest
    for entry in answer["debtors"]:
        name = (entry["debtor"], entry["currency"])
        expect(f"exposure of {name}: owed", entry["owed"], owed.pop(name, 0))
        expect(f"exposure of {name}: reserved", entry["reserved"], receipts.reserved[name])
        expect(f"exposure of {name}: collateral", entry["collateral"],
               receipts.collateral[name] * MICRO_IN_MINOR)
    expect("debtors", [], [name for name, amount in owed.items() if amount != 0])


def check_audit(receipts, report):
    """`report` of `tally audit --json`."""
    for programme in report["programmes"]:
        number = programme["programme"]
        books = receipts.books[number]
        for book in ("issued", "redeemed", "expired", "fees", "clawed", "forfeited",
                     "exchanged_in", "exchanged_out", "debt"):
            expect(f"programme {number}: {book}", programme[book], books[book])
        expect(f"programme {number}: outstanding", programme["outstanding"],
               books["available"] + books["held"] + books["pending"])


def read(lines, names):
    receipts = Receipts(names)
    for line in lines:
        receipts.add(json.loads(line) if isinstance(line, str) else line)
    return receipts


def main():
    """Ends with the first wrong figure, and exit code 1."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("receipts", type=pathlib.Path)
    parser.add_argument("--show", type=pathlib.Path, required=True)
    parser.add_argument("--liability", type=pathlib.Path, required=True)
    parser.add_argument("--names", required=True)
    options = parser.parse_args()
    shown = options.show.read_text(encoding="utf-8").splitlines()
    try:
        with options.receipts.open(encoding="utf-8") as lines:
            receipts = read(lines, options.names.split(","))
        check_cycles(receipts, [json.loads(line) for line in shown if line])
        check_liability(receipts, json.loads(options.liability.read_text(encoding="utf-8")))
    except Wrong as wrong:
        sys.exit(f"settlement_check: {wrong}")
    print(f"{sum(receipts.count.values())} receipts, {len(receipts.closed)} cycles: as counted")


if __name__ == "__main__":
    main()
