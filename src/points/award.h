// What rules give is posted: lots, receipt, budgets and standings, for whatever deed.
#pragma once

#include <tally/points/points.h>
#include <tally/rules/evaluate.h>

namespace tally::points {

/// Evaluates `occasion`, a deed of the member whose account `id` is, and posts what it gives to
/// that account and to the referrer's. What the ledger knows, other merchants' purchases and
/// budgets, is filled in here. Refused with AmountOverflow, RuleCost or BlockFull, or where an
/// account is full. The receipt gets the lines, each rule's result and the facts.
/// REQUIRES: the programme is in force, the account is there, and what was due on it and on its
/// referrer's has run.
[[nodiscard]] Result<Outcome> award(rules::Occasion occasion, const AccountId& id,
                                    const TransactionContext& context, StateDelta& delta,
                                    Receipt& receipt);

/// Whether a deed of that time may still be told, or is told too early (design/loyalty.md §2).
/// An operator's right to backdate stands in place of the till's window, be it longer or shorter.
[[nodiscard]] Outcome check_event_time(Timestamp event_time, const TransactionContext& context,
                                       const Programme& programme);

}  // namespace tally::points
