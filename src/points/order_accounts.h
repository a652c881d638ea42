// Whose points an order moved: what is due on them runs before its return does.
#pragma once

#include <tally/points/points.h>

#include <vector>

namespace tally::points {

/// The accounts of the earn and its activations (a referrer's too) and of the redemptions, each as
/// it is known now, ascending; none where the order is too old to be returned, or is none that
/// `programme` has to do with. Reads the receipts of the order's parts.
[[nodiscard]] Result<std::vector<AccountId>> accounts_of_order(MerchantId programme,
                                                               const TransactionContext& context,
                                                               const StateView& view);

}  // namespace tally::points
