// Orders: what earlier transactions of the same order did (design/loyalty.md §6).
#pragma once

#include <tally/model/transaction.h>
#include <tally/state/state_delta.h>

namespace tally::execution {

/// What is remembered of a transaction's order. An order without an id of its own has its
/// transaction's request id for one.
struct OrderFacts {
  bool has_earned = false;
  Money paid_by_points;  ///< by its accepted redemptions; stops at the largest amount there is
};

/// Whether the memory of ids still holds what happened at `then`.
[[nodiscard]] bool is_remembered(Timestamp then, Timestamp now, Duration memory);

/// No facts for a kind that has no order.
[[nodiscard]] Result<OrderFacts> find_order_facts(const state::StateView& view,
                                                  const Transaction& transaction, Timestamp now,
                                                  Duration memory);

/// Enters an accepted earn or redemption with an order id of its own; `value` is what a redemption
/// paid. AmountOverflow: what the order's redemptions paid passes 2^53 − 1.
[[nodiscard]] Result<Outcome> remember_order(state::StateDelta& delta,
                                             const Transaction& transaction, Money value,
                                             Timestamp now, Duration memory);

}  // namespace tally::execution
