// An order's past: its purchase, what that earned, what of it was paid with points.
#pragma once

#include <tally/points/points.h>

#include <vector>

namespace tally::points {

/// A part of the order, as history has it.
struct OrderEvent {
  MerchantId programme;  ///< whose points
  state::OrderPart part;
  state::Past past;
};

struct OrderPast {
  std::optional<OrderEvent> earn;
  std::vector<OrderEvent> redemptions;  ///< redeems and captures, of any programme, as they came
  /// What may come back in all: the purchase's total; without one the redemptions' basket, which
  /// each of them names whole.
  Money total;

  [[nodiscard]] bool is_empty() const { return !earn.has_value() && redemptions.empty(); }
};

/// The order as a return that names `programme` sees it: the purchase, if that earned there, and
/// what it was paid with in whosever points. Nothing, where the purchase earned in another one, or
/// neither it nor a redemption nor the sender has to do with `programme`. Charged by what is read.
/// Bodies are read, so it must not be asked for an order whose window is over: another node may
/// have dropped them.
[[nodiscard]] Result<OrderPast> read_order(MerchantId programme, const TransactionContext& context,
                                           const StateView& view);

/// A receipt in which points of the order's earn activated, and as of when.
struct OrderActivation {
  Timestamp at;
  Receipt receipt;
};
/// As they came. Charged, and not to be asked, as read_order.
[[nodiscard]] Result<std::vector<OrderActivation>> read_activations(
    const TransactionContext& context);

/// Ledger time of the order's earliest part, wherever that happened. REQUIRES: it has one.
[[nodiscard]] Timestamp first_of(const state::OrderFacts& order);

/// Whether the window for returns of one of the order's parts is over: counted from its block time,
/// half-open, by the version that was in force then, or by the one of now where none was yet.
[[nodiscard]] Result<bool> is_too_late(MerchantId programme, const TransactionContext& context,
                                       const StateView& view);

/// The order of a purchase whose points activate, as it is remembered: without what an earlier
/// order that bore its id, and is forgotten, had.
struct OrderOfEarn {
  OrderKey key;
  state::OrderRecord record;
};
/// As it is remembered at `when`, and what came with its earlier activations. nullopt: it is
/// forgotten, though another order may bear its id by now.
[[nodiscard]] Result<std::optional<OrderOfEarn>> find_order_of(const state::Past& earn,
                                                               Timestamp when,
                                                               const StateView& view);

/// Remembers that points of `order` activated at `when`, by the receipt at `activation`: its return
/// reads what came with them. It is remembered no longer for that. For whoever activates points, in
/// whatever receipt.
void remember_activation(OrderOfEarn order, const Position& activation, Timestamp when,
                         StateDelta& delta);

}  // namespace tally::points
