// The domain of members and keys: two functions a kind of transaction, and its laws.
#pragma once

#include <tally/model/members_actions.h>
#include <tally/model/receipt.h>
#include <tally/state/transaction_context.h>

namespace tally::members {

using state::StateDelta;
using state::StateView;
using state::TransactionContext;

// preclaim reads only; apply REQUIRES that preclaim passed. An Error is the disk's.
[[nodiscard]] Result<Outcome> preclaim(const Enrol&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const RegisterKey&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const PublishSegment&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const AdvanceClock&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> apply(const Enrol&, const TransactionContext&, StateDelta&, Receipt&);
[[nodiscard]] Result<Outcome> apply(const RegisterKey&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const PublishSegment&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const AdvanceClock&, const TransactionContext&, StateDelta&,
                                    Receipt&);

/// A key's record never changes its key, role, purpose or owner; a member's key names a member.
/// Diverged: names the law that `delta` breaks.
[[nodiscard]] Result<void> check_invariants(const StateDelta& delta);

}  // namespace tally::members
