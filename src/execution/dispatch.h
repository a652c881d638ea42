// From a transaction's kind to the domain that it belongs to.
#pragma once

#include <tally/model/receipt.h>
#include <tally/state/transaction_context.h>

#include <optional>
#include <vector>

namespace tally::execution {

/// The domain's preclaim and apply, and its laws.
[[nodiscard]] Result<Outcome> preclaim(const state::TransactionContext& context,
                                       const state::StateView& view);
[[nodiscard]] Result<Outcome> apply(const state::TransactionContext& context,
                                    state::StateDelta& delta, Receipt& receipt);
[[nodiscard]] Result<void> check_laws(const state::StateDelta& delta);

/// The accounts that an action names: what is due there runs before it.
[[nodiscard]] std::vector<AccountId> accounts_of(const Action& action);
/// The programme whose points or members it is about; nullopt: none that it names.
[[nodiscard]] std::optional<MerchantId> programme_of(const Action& action);
/// The points that it says it moves; 0 where a rule or a balance decides.
[[nodiscard]] Points points_named(const Action& action);

}  // namespace tally::execution
