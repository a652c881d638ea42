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

/// FLOOR(points · refunded so far / order total), and FLOOR(value · given back / points): never
/// less than `before`. Of a part, the redemption that came last comes first.
[[nodiscard]] GivenBack given_back_in_all(const OrderPast& past, Money refunded,
                                          const GivenBack& before);

/// Brings the difference back to its own lots with their own dates, those that were taken last
/// first; of an account that has ended it is forfeited. False: a sum would leave its range.
[[nodiscard]] Result<bool> give_back(const OrderPast& past, const GivenBack& before,
                                     const GivenBack& now, const ExpiryRule& rule,
                                     state::Books& books, OpenAccounts& accounts);

}  // namespace tally::points
