// The domain of points: two functions a kind of transaction, what falls due, and its laws.
#pragma once

#include <tally/model/action.h>
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
[[nodiscard]] Result<Outcome> preclaim(const Attest&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const PublishProgramme&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const PublishCampaign&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> apply(const Earn&, const TransactionContext&, StateDelta&, Receipt&);
[[nodiscard]] Result<Outcome> apply(const Redeem&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const Transfer&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const Attest&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const PublishProgramme&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const PublishCampaign&, const TransactionContext&, StateDelta&,
                                    Receipt&);

/// What the programme's ENROL campaigns give, once members' apply has opened the account.
[[nodiscard]] Result<Outcome> award_enrolment(const Enrol&, const TransactionContext&, StateDelta&,
                                              Receipt&);
/// The account of who referred the member whose deed `action` is, if the programme in force at
/// `height` has campaigns that award it too; nullopt: none, or nobody.
[[nodiscard]] Result<std::optional<AccountId>> referrer_of(const Action& action, Height height,
                                                           state::RuleBook& rules,
                                                           const StateView& view);

/// Runs an account's first deadline, if it is ≤ `now`, as of that deadline: expires its lots of
/// that instant, and when none is left reviews its tier. The receipt has position `place`; nullopt:
/// nothing is due.
[[nodiscard]] Result<std::optional<Receipt>> run_first_due(const AccountId& account, Timestamp now,
                                                           Position place, state::RuleBook& rules,
                                                           StateDelta& delta);

/// I1, I2, I3, I7, I8 of design/loyalty.md §3, for every account and programme that `delta`
/// touches. Diverged: names the law, the account and both sides.
[[nodiscard]] Result<void> check_invariants(const StateDelta& delta);

}  // namespace tally::points
