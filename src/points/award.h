// What rules give is evaluated and posted: lots, receipt, budgets and standings, for whatever deed.
#pragma once

#include <tally/points/points.h>
#include <tally/rules/evaluate.h>

#include "points/funding.h"

#include <optional>
#include <vector>

namespace tally::points {

/// Evaluates `occasion`, a deed of the member whose account `id` is, and posts what it gives to
/// that account and to the referrer's. What the ledger knows, other merchants' purchases and
/// budgets, is filled in here. Refused with AmountOverflow, RuleCost or BlockFull, where an account
/// is full, and a purchase by VelocityLimit. The receipt gets the lines, each rule's result and the
/// facts. REQUIRES: the programme is in force, the account is there, and what was due on it and on
/// its referrer's has run.
[[nodiscard]] Result<Outcome> award(rules::Occasion occasion, const AccountId& id,
                                    const TransactionContext& context, StateDelta& delta,
                                    Receipt& receipt);

/// What an evaluation reads of the ledger beside the deed.
struct Surroundings {
  std::vector<rules::OtherMerchant> others;
  std::vector<Points> spent;               ///< of budgets
  std::optional<state::Account> referrer;  ///< if some campaign may award it
  FundingTerms funding;
};
/// As of `at`.
[[nodiscard]] Result<Surroundings> find_surroundings(const Programme& programme, Trigger trigger,
                                                     const state::Account& account, Timestamp at,
                                                     const StateView& view);

/// The account, or, if that was merged, the one that it is now. nullopt: none, or it has ended.
[[nodiscard]] Result<std::optional<AccountId>> living_account(AccountId id, const StateView& view);

/// The account of who referred this one, as it is now: a merged one's target. nullopt: nobody, who
/// has ended, or, after a merge, the account itself.
[[nodiscard]] Result<std::optional<AccountId>> referrer_of_account(const AccountId& account,
                                                                   const StateView& view);

/// Whether a deed of that time may still be told, or is told too early (design/loyalty.md §2).
/// An operator's right to backdate stands in place of the till's window, be it longer or shorter.
[[nodiscard]] Outcome check_event_time(Timestamp event_time, const TransactionContext& context,
                                       const Programme& programme);

}  // namespace tally::points
