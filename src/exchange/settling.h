// How the payments of a closed cycle come to an end: found, drawn from collateral, and all done.
#pragma once

#include <tally/exchange/exchange.h>
#include <tally/state/settlement.h>

#include <vector>

namespace tally::exchange {

/// The one between the two; nullptr: the cycle has none. At most one is there: netting ends the one
/// side of each.
[[nodiscard]] state::Payment* find_payment(state::CycleRecord& record, Currency currency,
                                           MerchantId debtor, MerchantId creditor);

/// Whose payments are drawn, and when what collateral does not cover is owed anew.
struct Default {
  Currency currency;
  MerchantId debtor;
  Timestamp at;
};
/// Draws `unpaid`, payments of `record`, from the debtor's collateral, by largest remainder; enters
/// the rest anew; and suspends the debtor, unless it leaves. Unpaid is each all the same: the call
/// day is for whom collateral is not needed.
[[nodiscard]] Result<void> draw(StateDelta& delta, Receipt& receipt,
                                const state::CycleRecord& record, const Default& what,
                                const std::vector<state::Payment*>& unpaid);

/// Merchants that have left, and owe nothing in the currency any more, get back what is left of
/// their collateral.
[[nodiscard]] Result<void> release_collateral(StateDelta& delta, Currency currency);

/// Writes the record; SETTLED, where each payment is confirmed or drawn: what arose in the cycle is
/// then owed no more, but for its carries.
[[nodiscard]] Result<void> put_or_settle(StateDelta& delta, std::uint32_t cycle,
                                         state::CycleRecord record);

}  // namespace tally::exchange
