// What a transfer and joining a pool have in common: the fee, and who may
// (design/loyalty.md §13).
#pragma once

#include <tally/points/points.h>

namespace tally::points {

/// max(fee_min, CEIL(amount · bp / 10,000)).
[[nodiscard]] Points transfer_fee(const TransferRule& rule, Points amount);

[[nodiscard]] bool is_cooling_off(const state::AccountHead& head, const TransferRule& rule,
                                  Timestamp now);

/// Whether the member may let go of `amount` now, and pay the fee for it: not frozen, long enough
/// enrolled, without debt, within velocity, and with as many points.
[[nodiscard]] Outcome check_sender(const state::AccountHead& head, const Programme& programme,
                                   Points amount, const TransactionContext& context);

/// Counts it for velocity. REQUIRES: check_sender passed it.
void count_transfer(state::AccountHead& head, const Programme& programme, Points amount,
                    const TransactionContext& context);

}  // namespace tally::points
