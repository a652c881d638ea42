// All exchanges that are on offer, now and at the later moments of what is published.
#pragma once

#include <tally/exchange/exchange.h>

namespace tally::exchange {

/// Whether at ledger time, or at a later moment of what is published, points can be made out of
/// nothing by exchanging them in a circle; quotes alone never allow it. Charged to the block's
/// rules as `payer`'s.
[[nodiscard]] Result<bool> has_gaining_cycle(const StateView& view, MerchantId payer,
                                             const TransactionContext& context);

}  // namespace tally::exchange
