// What points are worth at other merchants, and what merchants owe each other for it
// (design/loyalty.md §16, §17).
#pragma once

#include <tally/model/exchange_actions.h>
#include <tally/model/receipt.h>
#include <tally/state/transaction_context.h>

namespace tally::exchange {

using state::StateDelta;
using state::StateView;
using state::TransactionContext;

// Two overloads a kind. An Error is the disk's, or Corrupt state; a refusal is an Outcome.

/// Reads only: whether the transaction may be applied.
[[nodiscard]] Result<Outcome> preclaim(const PublishQuote&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const PublishRate&, const TransactionContext&,
                                       const StateView&);

/// REQUIRES: preclaim of the same view accepted it.
[[nodiscard]] Result<Outcome> apply(const PublishQuote&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const PublishRate&, const TransactionContext&, StateDelta&,
                                    Receipt&);

}  // namespace tally::exchange
