// What redeeming and holding have in common: who may, and what it comes to
// (design/loyalty.md §10, §16).
#pragma once

#include <tally/points/points.h>
#include <tally/state/reservation.h>

#include <optional>

namespace tally::points {

/// Of a redemption at another merchant: what the issuer owes for a point, and how many points that
/// merchant may take on a civil day; 0: any number.
struct Elsewhere {
  state::Reservation reservation;
  Points per_day;
};

/// By what a redemption is priced: at the issuer's own tills by the programme's rule, at another
/// merchant by the issuer's quote in force, with that merchant's share of the basket.
struct Terms {
  Outcome outcome = Outcome::Accepted;  ///< or why there are none; then nothing else counts
  const Programme* programme = nullptr;
  RedeemRule rule;
  std::optional<Rate> reward_rate;  ///< points of the acceptor for one; of a reward elsewhere
  std::optional<Elsewhere> elsewhere;
};
[[nodiscard]] Result<Terms> find_terms(const Redeem& redeem, const TransactionContext& context,
                                       const StateView& view);

/// What a redemption comes to. Charge and value count only where the outcome is Accepted.
struct Pricing {
  Outcome outcome = Outcome::Accepted;
  Points charge;
  Money value;
};

/// The points cap: what the basket may be paid with at most.
[[nodiscard]] Points most_points(const RedeemRule& rule, const Redeem& redeem);

/// Steps 1 to 4, of a member to whom so many points are available.
[[nodiscard]] Pricing price(const Terms& terms, const Redeem& redeem, Points available);

/// Whether the member may spend, whether the price works out, step 5, the signature, and of one at
/// another merchant whether that may take the points, and the issuer owe for them.
[[nodiscard]] Result<Outcome> check_redemption(const Redeem& redeem,
                                               const TransactionContext& context,
                                               const StateView& view);

/// Counts it for velocity: a hold when it is placed, for its capture shall not fail.
/// REQUIRES: check_redemption passed it.
void count_redemption(state::AccountHead& head, const Programme& programme, Points charge,
                      const TransactionContext& context);

/// Of one at another merchant: uses the consent up and counts the points there.
/// REQUIRES: check_redemption passed it.
[[nodiscard]] Result<void> note_elsewhere(const Redeem& redeem, const Terms& terms, Points charge,
                                          const TransactionContext& context, StateDelta& delta);

}  // namespace tally::points
