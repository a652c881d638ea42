#!/usr/bin/env python3
"""Makes the sample purchase log of the quickstart: a year at four merchants.

usage: make_log.py [--seed N] [--customers N] > log.csv

Nothing in it is real. 420 customers draw a pace (from twice a week to a few times a year) and a
taste for each merchant; each visit draws a day, an hour by the merchant's opening times, a category
and an amount around that category's usual one. The same seed gives the same bytes: only
random.random() is used, whose sequence Python keeps stable, and everything else is integers.

Columns: time (UTC, ISO 8601), merchant, customer, category, amount (major units, two decimals).
"""
import argparse
import datetime
import random
import sys

YEAR_START = datetime.datetime(2025, 1, 1)
DAYS = 365

# merchant: (share of visits, opening hour, hours open, {category: (share, usual cents, spread %)})
MERCHANTS = {
    "grocer": (55, 7, 14, {
        "fresh": (35, 1250, 70), "dairy": (20, 780, 60), "pantry": (30, 2100, 80),
        "household": (15, 1690, 80)}),
    "pharmacy": (17, 8, 11, {
        "health": (50, 1340, 70), "care": (35, 990, 60), "baby": (15, 2390, 60)}),
    "fuel": (18, 5, 18, {
        "petrol": (60, 5200, 40), "diesel": (25, 6100, 40), "shop": (15, 640, 90)}),
    "books": (10, 9, 10, {
        "fiction": (45, 1490, 50), "children": (25, 1190, 50), "stationery": (30, 720, 90)}),
}
PACES = [(8, 90), (22, 30), (35, 9), (35, 3)]  # (share of customers, visits a year, on average)


def pick(rng, shares):
    """An index, each as likely as its share."""
    draw = rng.random() * sum(shares)
    for index, share in enumerate(shares):
        draw -= share
        if draw < 0:
            return index
    return len(shares) - 1


def purchases_of(rng, customer):
    """All purchases of one customer, as (time, merchant, customer, category, cents)."""
    pace = PACES[pick(rng, [share for share, _ in PACES])][1]
    visits = max(1, int(pace * (0.5 + rng.random())))
    names = list(MERCHANTS)
    taste = [MERCHANTS[name][0] * (0.2 + 1.6 * rng.random()) for name in names]
    for _ in range(visits):
        name = names[pick(rng, taste)]
        _, opens, hours, categories = MERCHANTS[name]
        day = int(rng.random() * DAYS)
        if name != "fuel" and (YEAR_START + datetime.timedelta(days=day)).weekday() == 6:
            day = max(0, day - 1)  # closed on Sundays
        second = opens * 3600 + int(rng.random() * hours * 3600)
        kinds = list(categories)
        category = kinds[pick(rng, [categories[kind][0] for kind in kinds])]
        _, usual, spread = categories[category]
        cents = usual * (100 - spread + int(rng.random() * 2 * spread)) // 100
        yield (YEAR_START + datetime.timedelta(days=day, seconds=second), name, customer, category,
               max(cents, 50))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=2025)
    parser.add_argument("--customers", type=int, default=420)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    rows = []
    for number in range(1, arguments.customers + 1):
        rows.extend(purchases_of(rng, f"C{number:04d}"))
    rows.sort()
    out = sys.stdout
    out.write("time,merchant,customer,category,amount\n")
    for time, merchant, customer, category, cents in rows:
        out.write(f"{time.isoformat()}Z,{merchant},{customer},{category},"
                  f"{cents // 100}.{cents % 100:02d}\n")


if __name__ == "__main__":
    main()
