// Reads an order's parts from history, and whose accounts they moved.
#include "points/order_past.h"

#include <tally/state/consortium.h>
#include <tally/state/hold.h>

#include "points/heads.h"
#include "points/order_accounts.h"

#include <algorithm>
#include <set>

namespace tally::points {
namespace {

using state::History;
using state::OrderPart;
using state::Past;

/// Units of rule cost for each line of a receipt that a return reads: 0.2 µs.
constexpr std::uint64_t kCostOfLineRead = 20;

/// Its earn and redemptions.
std::vector<OrderPart> parts_of(const state::OrderFacts& order) {
  std::vector<OrderPart> parts = order.redemptions;
  if (order.earn.has_value()) parts.push_back(*order.earn);
  return parts;
}

/// To the sender, whose order it is: whatever programme it names must not pay for it.
void charge(const Receipt& receipt, const TransactionContext& context) {
  context.rules->charge(context.transaction->merchant,
                        kCostOfLineRead * (1 + receipt.lines.size()));
}

std::optional<MerchantId> programme_of(const Action& action) {
  if (const auto* const earn = std::get_if<Earn>(&action)) return earn->programme;
  if (const auto* const redeem = std::get_if<Redeem>(&action)) return redeem->programme;
  if (const auto* const capture = std::get_if<Capture>(&action)) return capture->programme;
  return std::nullopt;
}

/// nullopt: its body is not kept any more.
Result<std::optional<OrderEvent>> read_part(const OrderPart& part,
                                            const TransactionContext& context) {
  TRY(std::optional<Past> past, context.history->find_past(part.position));
  if (!past.has_value()) return std::optional<OrderEvent>();
  charge(past->receipt, context);
  const std::optional<MerchantId> programme = programme_of(past->transaction.action);
  if (!programme.has_value()) return std::optional<OrderEvent>();
  return std::optional(OrderEvent{*programme, part, std::move(*past)});
}

bool concerns(const OrderPast& past, MerchantId programme, MerchantId sender) {
  if (past.earn.has_value()) return past.earn->programme == programme;
  return sender == programme ||
         std::ranges::any_of(past.redemptions, [&](const OrderEvent& redemption) {
           return redemption.programme == programme;
         });
}

/// What a redemption's purchase came to; of a capture the hold says it.
Result<Money> basket_of(const Past& redemption, const TransactionContext& context,
                        const StateView& view) {
  if (const auto* const redeem = std::get_if<Redeem>(&redemption.transaction.action))
    return redeem->basket;
  if (!redemption.receipt.hold.has_value()) return Money();
  TRY(const auto hold, state::find_hold(view, *redemption.receipt.hold));
  if (!hold.has_value()) return Money();
  TRY(const std::optional<Past> placed, context.history->find_past(hold->placed));
  const auto* const action =
      placed.has_value() ? std::get_if<Hold>(&placed->transaction.action) : nullptr;
  return action != nullptr ? action->redeem.basket : Money();
}

Result<Money> total_of(const OrderPast& past, const TransactionContext& context,
                       const StateView& view) {
  if (past.earn.has_value()) return std::get<Earn>(past.earn->past.transaction.action).total;
  Money total;
  for (const OrderEvent& redemption : past.redemptions) {
    TRY(const Money basket, basket_of(redemption.past, context, view));
    total = std::max(total, basket);
  }
  return total;
}

Result<void> add_accounts(const Receipt& receipt, const StateView& view,
                          std::set<AccountId>& accounts) {
  for (const PreviousReceipt& touched : receipt.previous) {
    TRY(const AccountId now, account_now(view, touched.account));
    accounts.insert(now);
  }
  return {};
}

}  // namespace

Result<OrderPast> read_order(MerchantId programme, const TransactionContext& context,
                             const StateView& view) {
  OrderPast past;
  if (context.order.earn.has_value()) {
    TRY(past.earn, read_part(*context.order.earn, context));
  }
  for (const OrderPart& part : context.order.redemptions) {
    TRY(auto redemption, read_part(part, context));
    if (redemption.has_value()) past.redemptions.push_back(std::move(*redemption));
  }
  if (!concerns(past, programme, context.transaction->merchant)) return OrderPast();
  TRY(past.total, total_of(past, context, view));
  return past;
}

Result<std::vector<OrderActivation>> read_activations(const TransactionContext& context) {
  std::vector<OrderActivation> activations;
  for (const OrderPart& part : context.order.activations) {
    TRY(std::optional<Receipt> receipt, context.history->find_receipt(part.position));
    if (!receipt.has_value()) continue;
    charge(*receipt, context);
    activations.push_back({part.ledger_time, std::move(*receipt)});
  }
  return activations;
}

Timestamp first_of(const state::OrderFacts& order) {
  Timestamp first = Timestamp::never();
  for (const OrderPart& part : parts_of(order))
    first = std::min(first, part.ledger_time);
  return first;
}

Result<bool> is_too_late(MerchantId programme, const TransactionContext& context,
                         const StateView& view) {
  for (const OrderPart& part : parts_of(context.order)) {
    TRY(const auto* then,
        context.rules->in_force_at(view, *context.history, programme, part.ledger_time));
    if (then == nullptr) {
      TRY(then, context.rules->in_force(view, programme, context.height));
    }
    if (then == nullptr) continue;
    TRY(const auto* const record, context.rules->of_version(view, programme, then->version));
    if (context.ledger_time >= part.ledger_time.plus(record->rules.programme.returns.window))
      return true;
  }
  return false;
}

Result<std::optional<OrderOfEarn>> find_order_of(const state::Past& earn, Timestamp when,
                                                 const StateView& view) {
  const Transaction& transaction = earn.transaction;
  const bool own = transaction.order_id.has_value();
  TRY(const Parameters parameters, state::parameters(view));
  const auto is_remembered = [&](Timestamp then) {
    return when.since(then) <= parameters.request_memory;
  };
  OrderOfEarn order;
  order.key = order_key(transaction.merchant, own ? *transaction.order_id : transaction.request_id);
  TRY(std::optional<state::OrderRecord> found, view.find_order(order.key));
  const bool is_known = found.has_value() && is_remembered(found->ledger_time);
  if (own) {
    const bool is_it =
        is_known && found->earn.has_value() && found->earn->position == earn.receipt.position;
    if (!is_it) return std::optional<OrderOfEarn>();
    order.record = std::move(*found);
    return std::optional(std::move(order));
  }
  TRY(const auto request, view.find_request(earn.receipt.request_key));
  const bool is_it = request.has_value() && request->position == earn.receipt.position &&
                     is_remembered(request->ledger_time);
  if (!is_it) return std::optional<OrderOfEarn>();
  if (is_known) order.record = std::move(*found);
  std::erase_if(order.record.activations,
                [&](const OrderPart& part) { return part.ledger_time < request->ledger_time; });
  order.record.ledger_time = std::max(order.record.ledger_time, request->ledger_time);
  return std::optional(std::move(order));
}

void remember_activation(OrderOfEarn order, const Position& activation, Timestamp when,
                         StateDelta& delta) {
  order.record.activations.push_back({activation, when});
  delta.put_order(order.key, order.record);
}

Result<std::vector<AccountId>> accounts_of_order(MerchantId programme,
                                                 const TransactionContext& context,
                                                 const StateView& view) {
  std::set<AccountId> accounts;
  // It will not run then.
  if (context.rules->is_spent(context.transaction->merchant)) return std::vector<AccountId>();
  TRY(const bool too_late, is_too_late(programme, context, view));
  if (too_late) return std::vector<AccountId>();
  TRY(const OrderPast past, read_order(programme, context, view));
  if (past.earn.has_value()) {
    TRY_VOID(add_accounts(past.earn->past.receipt, view, accounts));
    TRY(const auto activations, read_activations(context));
    for (const OrderActivation& activation : activations)
      TRY_VOID(add_accounts(activation.receipt, view, accounts));
  }
  for (const OrderEvent& redemption : past.redemptions)
    TRY_VOID(add_accounts(redemption.past.receipt, view, accounts));
  return std::vector<AccountId>(accounts.begin(), accounts.end());
}

}  // namespace tally::points
