// Orders are remembered under their own id, or as the request whose id they have.
#include "execution/orders.h"

#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/state/hold.h>

#include <algorithm>

namespace tally::execution {
namespace {

using state::HoldRecord;
using state::OrderFacts;
using state::OrderHold;
using state::OrderPart;
using state::OrderRecord;
using state::RequestRecord;
using state::StateView;

/// An order's id, and whether it may also be the request id of an earlier transaction.
struct OrderName {
  ByteView id;
  bool may_be_request = true;
};

std::optional<Money> sum_of(Money a, Money b) {
  return Money::from(a.minor_units() + b.minor_units());  // both below 2^53
}

Money sum_or_most(Money a, Money b) {
  // No purchase is larger than the largest amount: beyond it nothing is left to be eligible.
  return sum_of(a, b).value_or(Money::from((std::int64_t{1} << 53U) - 1).value());
}

/// What a capture or a void names; nullopt: nobody knows it, or the action is of another kind.
Result<std::optional<HoldRecord>> find_named_hold(const StateView& view,
                                                  const Transaction& transaction) {
  const Bytes* hold = nullptr;
  if (const auto* const capture = std::get_if<Capture>(&transaction.action)) hold = &capture->hold;
  if (const auto* const give_up = std::get_if<Void>(&transaction.action)) hold = &give_up->hold;
  if (hold == nullptr) return std::optional<HoldRecord>();
  return state::find_hold(view, request_key(transaction.merchant, *hold));
}

/// Without the holds whose deadline has come: nothing is kept for those, whichever block runs them.
Result<OrderRecord> find_remembered(const StateView& view, const OrderKey& key,
                                    const Memory& memory) {
  TRY(std::optional<OrderRecord> order, view.find_order(key));
  if (!order.has_value() || !memory.holds(order->ledger_time)) return OrderRecord();
  std::erase_if(order->holds, [&](const OrderHold& hold) { return hold.deadline <= memory.now; });
  return std::move(*order);
}

/// The transaction whose request id the order has, if it had no order id of its own.
Result<std::optional<RequestRecord>> find_namesake(const StateView& view, MerchantId merchant,
                                                   const OrderName& order, const Memory& memory) {
  if (!order.may_be_request) return std::optional<RequestRecord>();
  TRY(const std::optional<RequestRecord> request,
      view.find_request(request_key(merchant, order.id)));
  const bool counts = request.has_value() && !request->own_order &&
                      request->outcome == Outcome::Accepted && memory.holds(request->ledger_time);
  return counts ? request : std::nullopt;
}

Result<OrderFacts> find_facts(const StateView& view, MerchantId merchant, const OrderName& order,
                              const Memory& memory) {
  TRY(OrderRecord record, find_remembered(view, order_key(merchant, order.id), memory));
  OrderFacts facts;
  facts.earn = record.earn;
  facts.redemptions = std::move(record.redemptions);
  facts.activations = std::move(record.activations);
  facts.holds = std::move(record.holds);
  facts.paid_by_points = record.paid_by_points;
  TRY(const auto namesake, find_namesake(view, merchant, order, memory));
  if (!namesake.has_value()) return facts;
  const OrderPart part{namesake->position, namesake->ledger_time};
  if (namesake->kind == ActionKind::Earn) {
    facts.earn = part;
    // Earlier ones are of an order that had the id and is forgotten.
    std::erase_if(facts.activations, [&](const OrderPart& activation) {
      return activation.ledger_time < part.ledger_time;
    });
  }
  if (namesake->kind == ActionKind::Redeem) {
    facts.redemptions.push_back(part);
    std::ranges::sort(facts.redemptions, {}, &OrderPart::position);
    facts.paid_by_points = sum_or_most(facts.paid_by_points, namesake->value);
  }
  return facts;
}

bool is_unknown(const OrderFacts& facts) {
  return !facts.earn.has_value() && facts.redemptions.empty();
}

Result<OrderFacts> find_named(const StateView& view, const Transaction& transaction, ByteView id,
                              const Memory& memory) {
  TRY(OrderFacts facts, find_facts(view, transaction.merchant, {id}, memory));
  if (!is_unknown(facts)) return facts;
  TRY(const std::vector<MerchantId> merchants, state::merchants(view));
  for (const MerchantId other : merchants) {
    if (other == transaction.merchant || facts.of_another) continue;
    TRY(const OrderFacts theirs, find_facts(view, other, {id}, memory));
    facts.of_another = !is_unknown(theirs);
  }
  return facts;
}

/// Under which id an accepted transaction is remembered; nullopt: under none, or as its request.
std::optional<Bytes> remembered_under(const Transaction& transaction,
                                      const std::optional<HoldRecord>& named) {
  if (named.has_value()) return named->order;
  const ActionKind kind = kind_of(transaction.action);
  if (kind == ActionKind::Hold) return transaction.order_id.value_or(transaction.request_id);
  if (kind == ActionKind::Earn || kind == ActionKind::Redeem) return transaction.order_id;
  return std::nullopt;
}

/// Whether the order may be paid in one part more, of that value. What is held for it counts as if
/// it were paid: the goods may be gone before the capture comes.
Outcome check_place(const OrderFacts& order, Money value) {
  if (order.redemptions.size() + order.holds.size() >= limits::kOrderRedemptionsMax)
    return Outcome::TooManyRedemptions;
  std::optional<Money> sum = sum_of(order.paid_by_points, value);
  for (const OrderHold& hold : order.holds)
    if (sum.has_value()) sum = sum_of(*sum, hold.value);
  return sum.has_value() ? Outcome::Accepted : Outcome::AmountOverflow;
}

void pay(OrderRecord& order, const OrderPart& part, Money value) {
  order.redemptions.push_back(part);
  const std::optional<Money> paid = sum_of(order.paid_by_points, value);
  CHECK(paid.has_value());  // check_place bounded it
  order.paid_by_points = *paid;
}

/// The hold is resolved. Its record cannot have been forgotten: ids are remembered for longer than
/// any hold stays open.
void give_place_up(OrderRecord& order, const HoldRecord& hold) {
  const std::size_t given_up =
      std::erase_if(order.holds, [&](const OrderHold& open) { return open.placed == hold.placed; });
  CHECK(given_up == 1);
}

}  // namespace

Result<OrderFacts> find_order_facts(const StateView& view, const Transaction& transaction,
                                    const Memory& memory) {
  const Action& action = transaction.action;
  if (const auto* const activate = std::get_if<Activate>(&action))
    return find_named(view, transaction, activate->order, memory);
  if (const auto* const reverse = std::get_if<Reverse>(&action))
    return find_named(view, transaction, reverse->order, memory);
  if (std::holds_alternative<Capture>(action)) {
    TRY(const auto hold, find_named_hold(view, transaction));
    if (!hold.has_value()) return OrderFacts();
    return find_facts(view, transaction.merchant, {hold->order}, memory);
  }
  if (!may_have_order(kind_of(action))) return OrderFacts();
  const bool own = transaction.order_id.has_value();
  // Without an order id its own request would be its namesake.
  return find_facts(view, transaction.merchant,
                    {own ? *transaction.order_id : transaction.request_id, own}, memory);
}

Result<Outcome> remember_order(state::StateDelta& delta, const Transaction& transaction,
                               const Receipt& receipt, const OrderFacts& before,
                               const Memory& memory) {
  if (receipt.kind == ActionKind::Redeem || receipt.kind == ActionKind::Hold) {
    const Outcome placed = check_place(before, receipt.value);
    if (placed != Outcome::Accepted) return placed;
  }
  TRY(const std::optional<HoldRecord> hold, find_named_hold(delta, transaction));
  const std::optional<Bytes> id = remembered_under(transaction, hold);
  if (!id.has_value()) return Outcome::Accepted;
  const OrderKey key = order_key(transaction.merchant, *id);
  TRY(OrderRecord order, find_remembered(delta, key, memory));
  order.ledger_time = memory.now;
  const OrderPart part{receipt.position, memory.now};
  if (hold.has_value()) give_place_up(order, *hold);
  if (receipt.kind == ActionKind::Earn) order.earn = part;
  if (receipt.kind == ActionKind::Hold)
    order.holds.push_back({receipt.position, *receipt.hold_until, receipt.value});
  if (receipt.kind == ActionKind::Redeem || receipt.kind == ActionKind::Capture)
    pay(order, part, receipt.value);
  delta.put_order(key, order);
  return Outcome::Accepted;
}

}  // namespace tally::execution
