// What points are worth at other merchants, and what merchants owe each other for it
// (design/loyalty.md §16, §17).
#pragma once

#include <tally/model/exchange_actions.h>
#include <tally/model/receipt.h>
#include <tally/state/transaction_context.h>

#include <optional>

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
[[nodiscard]] Result<Outcome> preclaim(const ExchangePoints&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const CloseCycle&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const ConfirmPayment&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const DisputePayment&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const ProposeChange&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const ApproveChange&, const TransactionContext&,
                                       const StateView&);

/// REQUIRES: preclaim of the same view accepted it.
[[nodiscard]] Result<Outcome> apply(const PublishQuote&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const PublishRate&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const ExchangePoints&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const CloseCycle&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const ConfirmPayment&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const DisputePayment&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const ProposeChange&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const ApproveChange&, const TransactionContext&, StateDelta&,
                                    Receipt&);

/// Where what falls due of settlement runs. It touches no account.
struct DueContext {
  Height height;
  Timestamp now;   ///< ledger time
  Position place;  ///< of its receipt
  Hash parent;  ///< hash of the last block's header, which a cycle that it closed is advised with
  Timestamp up_to;  ///< call days and ends after it wait for what falls due of points before them
};
/// Runs the first that is due of: a decided change whose height has come; a cycle that the last
/// block closed, whose payments are listed now (ADVISED); a call day, or the end of a dispute, at
/// which what is unpaid is drawn from collateral. In the order of (deadline, kind, id). nullopt:
/// nothing is due.
[[nodiscard]] Result<std::optional<Receipt>> run_first_due(const DueContext& context,
                                                           StateDelta& delta);
/// The first call day, end of a dispute or end of a notice; never: none is to come.
[[nodiscard]] Result<Timestamp> next_deadline(const StateView& view);

/// I6, that the nets of each cycle sum to 0; that what a debtor's exposure says moved as what it
/// owes in each cycle and what holds and waiting lots reserve. For all that `delta` touches.
/// Diverged: names the law and both sides.
[[nodiscard]] Result<void> check_invariants(const StateDelta& delta);

}  // namespace tally::exchange
