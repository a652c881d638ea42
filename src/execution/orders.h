// Orders: what earlier transactions of the same order did (design/loyalty.md §6, §9).
#pragma once

#include <tally/model/transaction.h>
#include <tally/state/state_delta.h>
#include <tally/state/transaction_context.h>

namespace tally::execution {

/// Since when, and until when, ids count.
struct Memory {
  Timestamp now;
  Duration span;
  /// Whether it still holds what happened at `then`.
  [[nodiscard]] bool holds(Timestamp then) const { return now.since(then) <= span; }
};

/// Of the order that the transaction bears (earn, redeem, hold), names (activate, reverse), or
/// captures by its hold; nothing of other kinds.
[[nodiscard]] Result<state::OrderFacts> find_order_facts(const state::StateView& view,
                                                         const Transaction& transaction,
                                                         const Memory& memory);

/// Enters an accepted earn, redemption or hold, a capture or a void. An earn or redemption whose
/// order has its request id is remembered as that request. `before` is what find_order_facts said.
/// AmountOverflow, TooManyRedemptions: of a redemption or a hold, where what the order's
/// redemptions paid and its open holds may come to pay would pass 2^53 − 1 in value, or 16 in
/// number. So a capture is never refused for what its order was paid with meanwhile.
[[nodiscard]] Result<Outcome> remember_order(state::StateDelta& delta,
                                             const Transaction& transaction, const Receipt& receipt,
                                             const state::OrderFacts& before, const Memory& memory);

}  // namespace tally::execution
