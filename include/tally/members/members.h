// The domain of members and keys: two functions a kind of transaction, and its laws.
#pragma once

#include <tally/model/account_actions.h>
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
[[nodiscard]] Result<Outcome> preclaim(const LinkToken&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const BlockToken&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Claim&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const RevokeKey&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Freeze&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Unfreeze&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Merge&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Unmerge&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Close&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Recover&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const AdvanceClock&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> apply(const Enrol&, const TransactionContext&, StateDelta&, Receipt&);
[[nodiscard]] Result<Outcome> apply(const RegisterKey&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const PublishSegment&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const LinkToken&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const BlockToken&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const Claim&, const TransactionContext&, StateDelta&, Receipt&);
[[nodiscard]] Result<Outcome> apply(const RevokeKey&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const Freeze&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const Unfreeze&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const Merge&, const TransactionContext&, StateDelta&, Receipt&);
[[nodiscard]] Result<Outcome> apply(const Unmerge&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const Close&, const TransactionContext&, StateDelta&, Receipt&);
[[nodiscard]] Result<Outcome> apply(const Recover&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const AdvanceClock&, const TransactionContext&, StateDelta&,
                                    Receipt&);

/// A key's record never changes its key, role, purpose or owner; a member's key names a member.
/// Diverged: names the law that `delta` breaks.
[[nodiscard]] Result<void> check_invariants(const StateDelta& delta);

}  // namespace tally::members
