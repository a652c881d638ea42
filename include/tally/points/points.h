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
[[nodiscard]] Result<Outcome> preclaim(const Activate&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Hold&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Capture&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Void&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Reverse&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Pool&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Adjust&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const AdjustBulk&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const OpenLots&, const TransactionContext&,
                                       const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Extend&, const TransactionContext&, const StateView&);
[[nodiscard]] Result<Outcome> preclaim(const Reinstate&, const TransactionContext&,
                                       const StateView&);
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
[[nodiscard]] Result<Outcome> apply(const Activate&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const Hold&, const TransactionContext&, StateDelta&, Receipt&);
[[nodiscard]] Result<Outcome> apply(const Capture&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const Void&, const TransactionContext&, StateDelta&, Receipt&);
[[nodiscard]] Result<Outcome> apply(const Reverse&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const Pool&, const TransactionContext&, StateDelta&, Receipt&);
[[nodiscard]] Result<Outcome> apply(const Adjust&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const AdjustBulk&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const OpenLots&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const Extend&, const TransactionContext&, StateDelta&,
                                    Receipt&);
[[nodiscard]] Result<Outcome> apply(const Reinstate&, const TransactionContext&, StateDelta&,
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

/// Where a due entry runs. It counts as of its own deadline, whatever block runs it.
struct DueContext {
  Timestamp now;   ///< ledger time
  Position place;  ///< of its receipt
  state::RuleBook* rules = nullptr;
  const state::History* history = nullptr;
};
/// Runs an account's first deadline, if it is ≤ `now`: a hold's time-out, what activates then of
/// one transaction, the lots that expire, or the review of its tier, in that order
/// (design/loyalty.md §5). nullopt: nothing is due. REQUIRES: of accounts that it touches beside
/// this one, what was due earlier has run (accounts_beside).
[[nodiscard]] Result<std::optional<Receipt>> run_first_due(const AccountId& account,
                                                           const DueContext& context,
                                                           StateDelta& delta);
/// Ends what is left of an account whose programme has ended at `at`: its lots expire, what waits
/// is forfeited. nullopt: nothing is left. REQUIRES: what was due on it has run; no hold is open on
/// it.
[[nodiscard]] Result<std::optional<Receipt>> end_with_programme(const AccountId& account,
                                                                Timestamp at,
                                                                const DueContext& context,
                                                                StateDelta& delta);
/// Of such lines, in the receipt: why they are there.
inline constexpr std::string_view kProgrammeClosed = "PROGRAMME_CLOSED";
/// The accounts that an account's first deadline touches beside it: of a pool's hold, a referrer.
[[nodiscard]] Result<std::vector<AccountId>> accounts_beside(const AccountId& account,
                                                             const DueContext& context,
                                                             const StateView& view);

/// Whose accounts a transaction touches beside those that it names: the other members of a pool,
/// whoever an order or a hold is of, a referrer. What is due on them runs before it.
[[nodiscard]] Result<std::vector<AccountId>> accounts_touched(const TransactionContext& context,
                                                              const StateView& view);

/// I1, I2, I3, I7, I8 of design/loyalty.md §3, for every account and programme that `delta`
/// touches. Diverged: names the law, the account and both sides.
[[nodiscard]] Result<void> check_invariants(const StateDelta& delta);

}  // namespace tally::points
