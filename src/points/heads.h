// Heads of accounts: who may earn, and who may spend (design/loyalty.md §14).
#pragma once

#include <tally/points/points.h>

#include <optional>

namespace tally::points {

/// nullopt: no such account.
[[nodiscard]] Result<std::optional<state::AccountHead>> find_head(const StateView& view,
                                                                  const AccountId& id);

/// MemberClosed of an account that has ended, in whatever way; else Accepted.
[[nodiscard]] Outcome check_open(const state::AccountHead& head);

/// As check_open, or MemberFrozen: neither redeem, hold, transfer nor exchange.
[[nodiscard]] Outcome check_may_spend(const state::AccountHead& head);

}  // namespace tally::points
