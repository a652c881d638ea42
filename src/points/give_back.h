// Giving back: what a returned purchase was paid with in points (design/loyalty.md §10).
#pragma once

#include <tally/state/books.h>
#include <tally/state/returned.h>

#include "points/open_accounts.h"
#include "points/order_past.h"

#include <vector>

namespace tally::points {

/// What of an order's redemptions has come back, in all.
struct GivenBack {
  std::vector<state::RedemptionReturned> parts;  ///< ascending by redemption
  Money value;
};

/// Of each programme whose points paid: FLOOR(points · refunded so far / order total), and
/// FLOOR(value · given back / points): never less than `before`. Of a part, the redemption that
/// came last comes first.
[[nodiscard]] GivenBack given_back_in_all(const OrderPast& past, Money refunded,
                                          const GivenBack& before);

/// What a redemption's points come back by.
struct GivingBack {
  const TransactionContext* context = nullptr;
  StateDelta* delta = nullptr;
  OpenBooks* books = nullptr;
  OpenAccounts* accounts = nullptr;
  Receipt* receipt = nullptr;
};
/// Brings the difference back to its own lots with their own dates, those that were taken last
/// first; of an account that has ended it is forfeited. What was owed for points at another
/// merchant is taken back with them, at the price of then. False: a sum would leave its range.
[[nodiscard]] Result<bool> give_back(const OrderPast& past, const GivenBack& before,
                                     const GivenBack& now, const GivingBack& by);

}  // namespace tally::points
