// Taking back what a purchase earned that came back (design/loyalty.md §9).
#pragma once

#include <tally/state/books.h>
#include <tally/state/returned.h>

#include "points/open_accounts.h"
#include "points/order_past.h"

namespace tally::points {

/// A return on its way: what it stands on.
struct Return {
  const OrderPast* past = nullptr;  ///< its earn is there
  std::vector<OrderActivation> activations;
  const state::ProgrammeRecord* programme = nullptr;  ///< in force now: its policy counts
  state::ReturnRecord* record = nullptr;              ///< with this return's amounts and value
};

/// Evaluates the earn's receipts again on what remains, and takes back what their lines lose by
/// that: waiting lots of the order, its other lots, other available ones, then debt, as far as the
/// policy goes; the rest is unrecovered. What was recovered goes back to budgets and funders, and
/// claims lower qualifying points. `record.claimed` follows. AmountOverflow, RuleCost, or
/// InsufficientAvailable where it lies in too many lots: nothing of it counts then.
[[nodiscard]] Result<Outcome> claw_back(const Return& what, const TransactionContext& context,
                                        StateDelta& delta, state::Books& books,
                                        OpenAccounts& accounts, Receipt& receipt);

}  // namespace tally::points
