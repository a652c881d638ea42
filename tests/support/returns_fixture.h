// A ledger on which purchases come back: what tests of returns do over and over.
#pragma once

#include "support/account_builders.h"
#include "support/redemption_builders.h"
#include "support/test_ledger.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace tally::test {

/// One point for a euro, and a point pays a cent; from 1 point on.
[[nodiscard]] inline Programme returning(Clawback clawback = Clawback::WithinBalance) {
  Programme programme = a_programme();
  programme.redeem.price_points = points(1);
  programme.redeem.price_money = money(1);
  programme.redeem.minimum = points(1);
  programme.redeem.step = points(1);
  programme.returns.clawback = clawback;
  return programme;
}

class ReturnsFixture : public testing::Test {
 protected:
  /// The café's, with member 1.
  void start(const Programme& programme) {
    ledger.emplace(programme);
    ledger->enrol(1);
  }
  template <typename Builder>
  Transaction valid(Builder builder) {
    return builder.request(next_request++).valid_until(ledger->next_time().plus(kHour)).build();
  }
  template <typename Builder>
  const Receipt& run(Builder builder) {
    return last = ledger->run(valid(builder));
  }
  void at(Timestamp t) { ledger->at(t); }
  [[nodiscard]] Timestamp block_time() const { return ledger->header.ledger_time; }

  /// A purchase of `cents` under an order of its own.
  const Receipt& earn(std::uint64_t order, std::int64_t cents, std::uint64_t n = 1) {
    return run(an_earn().of(member(n)).order(order).total(cents).event_time(ledger->next_time()));
  }
  const Receipt& redeem(std::uint64_t order, std::int64_t amount, std::int64_t basket,
                        std::uint64_t n = 1) {
    return run(a_redeem().of(member(n)).order(order).basket(basket).exactly(amount));
  }
  /// `amount` points of the last hold's asker, under request `hold_request`.
  void hold(std::int64_t amount) {
    hold_request = next_request;
    ASSERT_EQ(run(a_hold().basket(amount).exactly(amount).ttl(kDay)).outcome, Outcome::Accepted);
  }
  Outcome capture(std::int64_t amount) {
    return run(a_capture().of_hold(hold_request).amount(amount)).outcome;
  }
  Outcome release() { return run(a_void().of_hold(hold_request)).outcome; }
  Outcome reverse(std::uint64_t order, std::int64_t cents) {
    return run(a_reverse().of_order(order).total(cents)).outcome;
  }

  [[nodiscard]] state::AccountHead head(std::uint64_t n = 1) const {
    return ledger->head(n).value();
  }
  [[nodiscard]] std::int64_t available(std::uint64_t n = 1) const {
    return head(n).available.value();
  }
  [[nodiscard]] std::int64_t pending() const { return head().pending.value(); }
  [[nodiscard]] std::int64_t debt(std::uint64_t n = 1) const { return head(n).debt.value(); }
  [[nodiscard]] std::int64_t spent(std::string_view campaign) const {
    return state::find_campaign(ledger->view, kCafe, campaign).value().spent.value();
  }
  [[nodiscard]] state::Totals totals() const { return state::totals(ledger->view, kCafe).value(); }

  /// Of the last receipt: points of all lines of that kind, each, and together.
  [[nodiscard]] std::vector<std::int64_t> lines(LineKind kind) const {
    std::vector<std::int64_t> amounts;
    for (const ReceiptLine& line : last.lines)
      if (line.kind == kind) amounts.push_back(line.points.value());
    return amounts;
  }
  [[nodiscard]] std::int64_t sum(LineKind kind) const {
    std::int64_t points = 0;
    for (const std::int64_t amount : lines(kind))
      points += amount;
    return points;
  }

  std::optional<TestLedger> ledger;
  Receipt last;
  std::uint64_t next_request = 1;
  std::uint64_t hold_request = 0;
};

}  // namespace tally::test
