// A shop whose purchases come back: what it gave, evaluated again on what remains.
//
//   ReturningShop shop(bpts());
//   shop.serve(spend(1'000, at));
//   EXPECT_EQ(shop.left(400), 6);
#pragma once

#include "support/explained.h"

namespace tally::test {

[[nodiscard]] inline std::int64_t points_of(const rules::AgainEvaluated& again) {
  std::int64_t sum = 0;
  for (const rules::AgainLine& line : again.lines)
    sum += line.points.value();
  return sum;
}

[[nodiscard]] inline rules::CameBack of_total(std::int64_t cents) {
  return {money(cents), Money(), Money(), {}};
}

class ReturningShop {
 public:
  explicit ReturningShop(Programme programme) : shop(std::move(programme)) {}

  void serve(const Earn& what, Money paid_by_points = {}) {
    purchase = what;
    const Awarded awarded = shop.serve(member, what, what.event_time, paid_by_points);
    receipt = receipt_of(awarded, shop.rules.programme, what.event_time);
  }

  /// All points of the last purchase, a referrer's too.
  [[nodiscard]] std::int64_t given() const {
    std::int64_t sum = 0;
    for (const ReceiptLine& line : receipt.lines)
      sum += line.points.value();
    return sum;
  }

  /// Of the last purchase; `given_back`: of what points paid. REQUIRES: it had as much.
  [[nodiscard]] rules::AgainEvaluated again(const rules::CameBack& came_back,
                                            Money given_back = {}) const {
    const std::optional<Earn> left = rules::remaining_of(purchase, came_back);
    CHECK(left.has_value());
    Occasion occasion;
    occasion.block_time = occasion.event_time = purchase.event_time;
    occasion.merchant = shop.merchant;
    occasion.purchase = &*left;
    occasion.paid_by_points =
        Money::from(receipt.facts->paid_by_points.minor_units() - given_back.minor_units()).value();
    return rules::evaluate_again(shop.rules, occasion, receipt);
  }

  /// Points that are left of the last purchase when `cents` of it have come back.
  [[nodiscard]] std::int64_t left(std::int64_t cents, Money given_back = {}) const {
    return points_of(again(of_total(cents), given_back));
  }

  Shop shop;
  MemberBefore member;
  Earn purchase;
  Receipt receipt;
};

}  // namespace tally::test
