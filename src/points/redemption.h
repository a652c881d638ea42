// What redeeming and holding have in common: who may, and what it comes to
// (design/loyalty.md §10).
#pragma once

#include <tally/points/points.h>

namespace tally::points {

/// What a redemption comes to. Charge and value count only where the outcome is Accepted.
struct Pricing {
  Outcome outcome = Outcome::Accepted;
  Points charge;
  Money value;
};

/// The points cap: what the basket may be paid with at most.
[[nodiscard]] Points most_points(const RedeemRule& rule, const Redeem& redeem);

/// Steps 1 to 4, of a member to whom so many points are available.
[[nodiscard]] Pricing price(const RedeemRule& rule, const Redeem& redeem, Points available);

/// Whether the member may spend, whether the price works out, and step 5, the signature.
[[nodiscard]] Result<Outcome> check_redemption(const Redeem& redeem,
                                               const TransactionContext& context,
                                               const StateView& view);

/// Counts it for velocity: a hold when it is placed, for its capture shall not fail.
/// REQUIRES: check_redemption passed it.
void count_redemption(state::AccountHead& head, const Programme& programme, Points charge,
                      const TransactionContext& context);

}  // namespace tally::points
