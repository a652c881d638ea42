// Heads of accounts: who may earn, and who may spend (design/loyalty.md §14).
#pragma once

#include <tally/model/outcome.h>
#include <tally/state/account.h>

#include <cstdint>
#include <optional>

namespace tally::state {

/// nullopt: no such account.
[[nodiscard]] Result<std::optional<AccountHead>> find_head(const StateView& view,
                                                           const AccountId& id);

/// MemberClosed of an account that has ended, in whatever way; else Accepted.
[[nodiscard]] Outcome check_open(const AccountHead& head);

/// As check_open, or MemberFrozen: neither redeem, hold, transfer nor exchange.
[[nodiscard]] Outcome check_may_spend(const AccountHead& head);

/// Units of rule cost for reading all of an account's lots: nothing for one that has only its first
/// pages, as nearly all have. Whoever looks for a lot by its id alone, or moves all, pays it.
[[nodiscard]] Result<std::uint64_t> cost_of_pages(const StateView& view, const AccountId& id);

}  // namespace tally::state
