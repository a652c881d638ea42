// The domain of points: two functions a kind of transaction, what falls due, and its laws.
#pragma once

#include <tally/model/points_actions.h>
#include <tally/model/receipt.h>
#include <tally/state/account.h>
#include <tally/state/transaction_context.h>

#include <vector>

namespace tally::points {

using state::StateDelta;
using state::StateView;
using state::TransactionContext;

// preclaim reads only; apply REQUIRES that preclaim passed. An Error is the disk's.
// Both REQUIRE that what is due on the accounts named has run (run_due).
[[nodiscard]] Result<Outcome> preclaim(const Earn&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Redeem&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Transfer&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const PublishProgramme&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> apply(const Earn&, const TransactionContext&, StateDelta&, Receipt&);
[[nodiscard]] Result<Outcome> apply(const Redeem&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const Transfer&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const PublishProgramme&, const TransactionContext&, StateDelta&,
                                    Receipt&);

/// Runs an account's first deadline, if it is ≤ `now`, as of that deadline: expires its lots of
/// that instant. The receipt has position `place`; nullopt: nothing is due.
[[nodiscard]] Result<std::optional<Receipt>> run_first_due(const AccountId& account, Timestamp now,
                                                           Position place, StateDelta& delta);

/// I1, I2, I3, I8 of design/loyalty.md §3, for every account and programme that `delta` touches.
/// Diverged: names the law, the account and both sides.
[[nodiscard]] Result<void> check_invariants(const StateDelta& delta);

}  // namespace tally::points
