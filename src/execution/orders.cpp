// Orders are remembered under their own id, or as the request whose id they have.
#include "execution/orders.h"

namespace tally::execution {
namespace {

using state::OrderRecord;
using state::RequestRecord;

std::optional<Money> sum_of(Money a, Money b) {
  return Money::from(a.minor_units() + b.minor_units());  // both below 2^53
}

bool has_order(const Transaction& transaction) {
  return may_have_order(kind_of(transaction.action));
}

const Bytes& order_of(const Transaction& transaction) {
  return transaction.order_id.has_value() ? *transaction.order_id : transaction.request_id;
}

Result<OrderRecord> find_remembered(const state::StateView& view, const OrderKey& key,
                                    Timestamp now, Duration memory) {
  TRY(const std::optional<OrderRecord> order, view.find_order(key));
  if (!order.has_value() || !is_remembered(order->ledger_time, now, memory)) return OrderRecord();
  return *order;
}

/// The transaction whose request id the order has, if it had no order id of its own.
Result<std::optional<RequestRecord>> find_namesake(const state::StateView& view,
                                                   const Transaction& transaction, Timestamp now,
                                                   Duration memory) {
  if (!transaction.order_id.has_value()) return std::optional<RequestRecord>();  // that is itself
  const RequestKey key = request_key(transaction.merchant, *transaction.order_id);
  TRY(const std::optional<RequestRecord> request, view.find_request(key));
  const bool counts = request.has_value() && !request->own_order &&
                      request->outcome == Outcome::Accepted &&
                      is_remembered(request->ledger_time, now, memory);
  return counts ? request : std::nullopt;
}

}  // namespace

bool is_remembered(Timestamp then, Timestamp now, Duration memory) {
  return now.since(then) <= memory;
}

Result<OrderFacts> find_order_facts(const state::StateView& view, const Transaction& transaction,
                                    Timestamp now, Duration memory) {
  OrderFacts facts;
  if (!has_order(transaction)) return facts;
  const OrderKey key = order_key(transaction.merchant, order_of(transaction));
  TRY(const OrderRecord order, find_remembered(view, key, now, memory));
  facts.has_earned = order.earned;
  facts.paid_by_points = order.paid_by_points;
  TRY(const auto namesake, find_namesake(view, transaction, now, memory));
  if (!namesake.has_value()) return facts;
  if (namesake->kind == ActionKind::Earn) facts.has_earned = true;
  if (namesake->kind == ActionKind::Redeem)
    // No purchase is larger than the largest amount: beyond it nothing is left to be eligible.
    facts.paid_by_points = sum_of(facts.paid_by_points, namesake->value)
                               .value_or(Money::from((std::int64_t{1} << 53U) - 1).value());
  return facts;
}

Result<Outcome> remember_order(state::StateDelta& delta, const Transaction& transaction,
                               Money value, Timestamp now, Duration memory) {
  if (!has_order(transaction) || !transaction.order_id.has_value()) return Outcome::Accepted;
  const OrderKey key = order_key(transaction.merchant, *transaction.order_id);
  TRY(OrderRecord order, find_remembered(delta, key, now, memory));
  const std::optional<Money> paid = sum_of(order.paid_by_points, value);
  if (!paid.has_value()) return Outcome::AmountOverflow;
  order.ledger_time = now;
  order.paid_by_points = *paid;
  order.earned = order.earned || kind_of(transaction.action) == ActionKind::Earn;
  delta.put_order(key, order);
  return Outcome::Accepted;
}

}  // namespace tally::execution
