// Accounts with given lots, and the domain's functions run on them as execution would.
#pragma once

#include <tally/points/points.h>
#include <tally/state/books.h>

#include "support/domain_fixture.h"

#include <algorithm>
#include <vector>

namespace tally::points {

/// A lot to plant: its amount and its expiry.
struct LotSpec {
  std::int64_t amount = 0;
  Timestamp expires_at = Timestamp::never();
  Timestamp earned_at = test::kStart.minus(kDay);
};

class PointsFixture : public test::DomainFixture {
 protected:
  /// Opens member `n`'s account at the café, enrolled long ago, with these lots.
  void enrol(std::uint64_t n, const std::vector<LotSpec>& specs = {}) {
    write([&](StateDelta& delta) {
      const AccountId id = account_id(n);
      auto account = state::Account::open(delta, id, test::kStart.minus(Duration(400 * kDayMs)));
      auto totals = state::totals(delta, id.programme).value();
      ++totals.members;
      for (const LotSpec& spec : specs) {
        const Points amount = test::points(spec.amount);
        state::Lot lot;
        lot.id = LotId{Position{Height(1), next_lot_++}, 0};
        lot.first_owner = id.member;
        lot.programme_version = 1;
        lot.earned_at = spec.earned_at;
        lot.available_at = spec.earned_at;
        lot.expires_at = spec.expires_at;
        lot.original = amount;
        lot.remaining = amount;
        EXPECT_TRUE(account.add_lot(lot).ok());
        account.head.available = checked_add(account.head.available, amount).value();
        totals.issued = checked_add(totals.issued, amount).value();
        totals.available = checked_add(totals.available, amount).value();
      }
      EXPECT_TRUE(account.store(delta).ok());
      EXPECT_TRUE(state::put_totals(delta, id.programme, totals).ok());
    });
  }

  /// Preclaim and apply; what was accepted is committed once its laws were checked, and is part of
  /// the past then.
  template <typename Action>
  Outcome run(const Transaction& transaction) {
    const auto& action = std::get<Action>(transaction.action);
    const TransactionContext where = context(transaction);
    receipt = Receipt();
    receipt.position = where.position();
    receipt.kind = kind_of(transaction.action);
    ++index;
    StateDelta delta(view);
    const Outcome claimed = preclaim(action, where, view).value();
    EXPECT_TRUE(delta.records().empty());
    if (claimed != Outcome::Accepted) return claimed;
    const Outcome applied = apply(action, where, delta, receipt).value();
    if (applied != Outcome::Accepted) return applied;
    const Result<void> lawful = check_invariants(delta);
    EXPECT_TRUE(lawful.ok()) << lawful.error().message;
    view.commit(delta, Height(1));
    view.remember(transaction, receipt);
    return Outcome::Accepted;
  }

  /// Runs the first deadline of member `n`'s account, if it is ≤ `at`.
  std::optional<Receipt> fall_due(Timestamp at, std::uint64_t n = 1) {
    StateDelta delta(view);
    state::RuleBook rules(rule_cost_max);
    const DueContext where{at, Position{Height(2), index}, &rules, &view};
    auto due = run_first_due(account_id(n), where, delta).value();
    if (!due.has_value()) return due;
    ++index;
    const Result<void> lawful = check_invariants(delta);
    EXPECT_TRUE(lawful.ok()) << lawful.error().message;
    view.commit(delta, Height(1));
    view.remember(*due);
    return due;
  }
  /// Time passes to `at`, and all that is due on member `n`'s account runs; the receipts.
  std::vector<Receipt> pass_to(Timestamp at, std::uint64_t n = 1) {
    now = at;
    std::vector<Receipt> receipts;
    while (auto due = fall_due(at, n))
      receipts.push_back(std::move(*due));
    return receipts;
  }

  /// The member owes so many points, as after a return of points that were spent.
  void owe(std::uint64_t n, std::int64_t points) {
    write([&](StateDelta& delta) {
      Receipt claw;
      claw.position = Position{Height(2), index++};
      auto books = state::Books::open(delta, test::kCafe, now, claw).value();
      auto account = state::Account::load(delta, account_id(n)).value();
      EXPECT_TRUE(books.post(LineKind::Owed, *account, nullptr, test::points(points)));
      EXPECT_TRUE(books.close(*account, delta).ok());
      EXPECT_TRUE(books.close(delta).ok());
    });
  }
  void set_state(std::uint64_t n, state::AccountState state) {
    write([&](StateDelta& delta) {
      auto account = state::Account::load(delta, account_id(n)).value();
      account->head.state = state;
      EXPECT_TRUE(account->store(delta).ok());
    });
  }

  static AccountId account_id(std::uint64_t n) { return {test::member(n), test::kCafe}; }
  std::vector<state::Lot> lots(std::uint64_t n) const {
    return state::Account::load(view, account_id(n)).value()->all_lots().value();
  }
  std::vector<state::PendingLot> waiting(std::uint64_t n) const {
    return state::Account::load(view, account_id(n)).value()->all_pending().value();
  }
  state::AccountHead head(std::uint64_t n) const {
    return state::Account::load(view, account_id(n)).value()->head;
  }
  std::int64_t available(std::uint64_t n) const { return head(n).available.value(); }
  std::int64_t pending(std::uint64_t n) const { return head(n).pending.value(); }
  std::int64_t debt(std::uint64_t n) const { return head(n).debt.value(); }
  state::Totals totals() const { return state::totals(view, test::kCafe).value(); }
  /// Points of the receipt's lines of one kind, in order.
  std::vector<std::int64_t> lines(LineKind kind) const { return lines(receipt, kind); }
  static std::vector<std::int64_t> lines(const Receipt& of, LineKind kind) {
    std::vector<std::int64_t> amounts;
    for (const ReceiptLine& line : of.lines)
      if (line.kind == kind) amounts.push_back(line.points.value());
    return amounts;
  }

  static constexpr std::uint64_t kDayMs = kDay.milliseconds();
  static Duration days(std::uint64_t n) { return Duration(n * kDayMs); }
  Receipt receipt;

 private:
  std::uint32_t next_lot_ = 0;
};

}  // namespace tally::points
