// Activation: waiting lots become available, and what comes with that (design/loyalty.md §7).
#pragma once

#include <tally/points/points.h>

#include <vector>

namespace tally::points {

/// Lots of one account and one transaction that become available together.
struct Activation {
  AccountId account;
  std::vector<state::PendingLot> lots;  ///< ascending by id; never empty
  Timestamp at;                         ///< as of when
  bool with_rules = true;  ///< false: the points alone, where their rules cannot be evaluated
};

/// The lots get their dates and settle debt first. Then, by the version that earned them, on what
/// of the purchase has not come back: ACTIVATED campaigns, once for a purchase, when the lots that
/// wait by the programme's own rule activate; and qualifying points, with a higher tier's
/// campaigns. Receipt, account, referrer, budgets, totals and the order's memory are written.
/// AmountOverflow, RuleCost: nothing of it counts; without rules it cannot fail. REQUIRES: the
/// account has the lots, and what was due on it and on its referrer earlier has run.
[[nodiscard]] Result<Outcome> activate(const Activation& activation, state::RuleBook& rules,
                                       const state::History& history, StateDelta& delta,
                                       Receipt& receipt);

}  // namespace tally::points
