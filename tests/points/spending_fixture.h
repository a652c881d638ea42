// Members who redeem, hold, give and share: rules that tests of it have in common, what falls due,
// debts and freezes.
#pragma once

#include <tally/state/books.h>

#include "points/points_fixture.h"

#include <utility>
#include <vector>

namespace tally::points {

class SpendingFixture : public PointsFixture {
 protected:
  SpendingFixture() { publish(test::kCafe, programme); }

  /// A point is a cent, any number of them, holds for 15 minutes, transfers and pools allowed.
  [[nodiscard]] static Programme spending_programme() {
    Programme rules = test::a_programme();
    rules.redeem.price_points = test::points(1);
    rules.redeem.price_money = test::money(1);
    rules.redeem.minimum = test::points(1);
    rules.redeem.step = test::points(1);
    rules.transfer.enabled = true;
    rules.transfer.cooling_off = Duration(7 * kDayMs);
    rules.pool.enabled = true;
    return rules;
  }
  template <typename Change>
  void change(Change what) {
    what(programme);
    publish(test::kCafe, programme);
  }

  /// Time passes to `t`, and everything runs that is due on the accounts of members 1 … 8.
  void pass_to(Timestamp t) {
    now = t;
    for (std::uint64_t n = 1; n <= 8; ++n)
      while (run_due(n)) {
      }
  }
  void pass_to_second(std::uint64_t t) { pass_to(test::kStart.plus(Duration(t * 1'000))); }

  /// Runs the account's first deadline, if it has come; its receipt is the last of `due_receipts`.
  bool run_due(std::uint64_t n) {
    StateDelta delta(view);
    rule_book = state::RuleBook(rule_cost_max);
    DueContext where;
    where.now = now;
    where.place = Position{Height(2), index};
    where.rules = &rule_book;
    where.history = &view;
    auto due = run_first_due(account_id(n), where, delta).value();
    if (!due.has_value()) return false;
    ++index;
    const Result<void> lawful = check_invariants(delta);
    EXPECT_TRUE(lawful.ok()) << lawful.error().message;
    view.commit(delta, Height(1));
    due_receipts.push_back(std::move(*due));
    return true;
  }

  /// As a return of points that are spent leaves a member.
  void owe(std::uint64_t n, std::int64_t points) {
    post(n, [&](state::Books& books, state::Account& account) {
      EXPECT_TRUE(books.post(LineKind::Owed, account, nullptr, test::points(points)));
    });
  }
  /// Taken back: so many from what is available, so many as debt.
  void claw(std::uint64_t n, std::int64_t available, std::int64_t owed) {
    post(n, [&](state::Books& books, state::Account& account) {
      const auto taken =
          books.take(LineKind::Clawed, account, test::points(available), state::kLotsTakenMax);
      EXPECT_TRUE(taken.value().has_value());
      EXPECT_TRUE(books.post(LineKind::Owed, account, nullptr, test::points(owed)));
    });
  }
  void set_state(std::uint64_t n, state::AccountState state) {
    change_head(n, [&](state::AccountHead& head) { head.state = state; });
  }
  template <typename Change>
  void change_head(std::uint64_t n, Change what) {
    write([&](StateDelta& delta) {
      auto account = state::Account::load(delta, account_id(n)).value();
      what(account->head);
      EXPECT_TRUE(account->store(delta).ok());
    });
  }

  /// (points, expiry) of the member's lots, first expired first.
  [[nodiscard]] std::vector<std::pair<std::int64_t, Timestamp>> dated(std::uint64_t n) const {
    std::vector<std::pair<std::int64_t, Timestamp>> pairs;
    for (const state::Lot& lot : lots(n))
      pairs.emplace_back(lot.remaining.value(), lot.expires_at);
    return pairs;
  }
  /// (member's number, points) of the receipt's lines of one kind, in order.
  [[nodiscard]] std::vector<std::pair<std::uint64_t, std::int64_t>> lines_of(const Receipt& of,
                                                                             LineKind kind) const {
    std::vector<std::pair<std::uint64_t, std::int64_t>> pairs;
    for (const ReceiptLine& line : of.lines) {
      if (line.kind != kind) continue;
      std::uint64_t n = 1;
      while (line.account != account_id(n))
        ++n;
      pairs.emplace_back(n, line.points.value());
    }
    return pairs;
  }
  [[nodiscard]] std::int64_t held(std::uint64_t n) const { return head(n).held.value(); }
  [[nodiscard]] std::int64_t debt(std::uint64_t n) const { return head(n).debt.value(); }

  Programme programme = spending_programme();
  std::vector<Receipt> due_receipts;

 private:
  template <typename Post>
  void post(std::uint64_t n, Post what) {
    write([&](StateDelta& delta) {
      Receipt ignored;
      ignored.position = Position{Height(2), index++};
      auto books = state::Books::open(delta, test::kCafe, now, ignored).value();
      auto account = state::Account::load(delta, account_id(n)).value();
      what(books, *account);
      EXPECT_TRUE(books.close(*account, delta).ok());
      EXPECT_TRUE(books.close(delta).ok());
    });
  }
};

}  // namespace tally::points
