// Posting: what rules give becomes lots, by whatever deed (design/loyalty.md §4, §7, §8).
#pragma once

#include <tally/points/points.h>
#include <tally/rules/evaluate.h>
#include <tally/state/books.h>

#include "points/funding.h"

namespace tally::points {

/// By which version lines are posted, of what, and as of when.
struct PostingPlace {
  const state::ProgrammeRecord* programme = nullptr;
  Trigger trigger = Trigger::Purchase;    ///< of the occasion
  bool flagged = false;                   ///< by velocity: all of it waits for review
  Timestamp time;                         ///< when it is earned
  Position transaction;                   ///< that its lots stem from …
  std::uint16_t next_entry = 0;           ///< … and the first one's place among that one's
  const FundingTerms* funding = nullptr;  ///< who may be charged for lines, and at which price
  Funded funded;                          ///< what post_award found that others pay for
};

/// Posts an award's lines: the member's to `account`, the referrer's to `referrer`, which is not
/// nullptr where there are such lines. Lines that agree in when they can be used, in the rule of
/// their date and in the funder make one lot; one that waits is Pended, else Earned, and what is
/// available at once settles debt first. Both get their standings; `place.next_entry` moves on.
/// False: a sum would leave its range, or an account is full: nothing of it counts then.
[[nodiscard]] Result<bool> post_award(const rules::Awarded& awarded, PostingPlace& place,
                                      state::Books& books, state::Account& account,
                                      state::Account* referrer);

/// Raises the campaigns' records by what their budgets were charged.
[[nodiscard]] Result<void> charge_budgets(const rules::Awarded& awarded, const Programme& programme,
                                          MerchantId merchant, StateDelta& delta);

}  // namespace tally::points
