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

/// Merges that are followed from a name to whom it means now. Past them nobody is meant.
inline constexpr int kAliasHopsMax = 8;
/// The account that `id` is now: where it was merged, the one that it was merged into; itself,
/// where there is none. The one piece that knows aliases: whoever looks one up for itself would pay
/// another account than the rest.
[[nodiscard]] Result<AccountId> account_now(const StateView& view, AccountId id);

/// MemberClosed of an account that has ended, in whatever way; else Accepted.
[[nodiscard]] Outcome check_open(const AccountHead& head);

/// As check_open, or MemberFrozen: neither redeem, hold, transfer nor exchange.
[[nodiscard]] Outcome check_may_spend(const AccountHead& head);

/// Units of rule cost for reading all of an account's lots: nothing for one that has only its first
/// pages, as nearly all have. Whoever looks for a lot by its id alone, or moves all, pays it.
[[nodiscard]] Result<std::uint64_t> cost_of_pages(const StateView& view, const AccountId& id);

}  // namespace tally::state
