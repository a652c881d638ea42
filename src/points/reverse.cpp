// Reverse: a purchase, or a part of it, comes back (design/loyalty.md §9, §10).
#include <tally/base/check.h>
#include <tally/points/points.h>
#include <tally/rules/evaluate.h>
#include <tally/state/returned.h>

#include "points/claw.h"
#include "points/give_back.h"
#include "points/order_past.h"

#include <algorithm>

namespace tally::points {
namespace {

using state::Books;
using state::ReturnRecord;

bool add(Money& sum, Money part) {
  const auto added = Money::from(sum.minor_units() + part.minor_units());
  if (!added.has_value()) return false;
  sum = *added;
  return true;
}

bool add(ReturnedLine& sum, const ReturnedLine& part) {
  constexpr std::int64_t kQuantityMax = (std::int64_t{1} << 53) - 1;
  if (part.quantity > kQuantityMax - sum.quantity) return false;
  sum.quantity += part.quantity;
  return add(sum.net, part.net) && add(sum.tax, part.tax);
}

/// The record with this return's amounts. nullopt: more than anything can have come to.
std::optional<ReturnRecord> with(ReturnRecord record, const Reverse& reverse) {
  if (!add(record.total, reverse.total) || !add(record.tax, reverse.tax) ||
      !add(record.excluded, reverse.excluded))
    return std::nullopt;
  for (const ReturnedLine& line : reverse.lines) {
    const auto place =
        std::ranges::lower_bound(record.lines, line.number, {}, &ReturnedLine::number);
    if (place == record.lines.end() || place->number != line.number)
      record.lines.insert(place, line);
    else if (!add(*place, line))
      return std::nullopt;
  }
  return record;
}

/// Whether the order has as much as would have come back then.
bool fits(const ReturnRecord& record, const OrderPast& past) {
  if (!past.earn.has_value()) return record.lines.empty() && record.total <= past.total;
  return rules::remaining_of(std::get<Earn>(past.earn->past.transaction.action),
                             {record.total, record.tax, record.excluded, record.lines})
      .has_value();
}

OrderKey key_of(const Reverse& reverse, const TransactionContext& context) {
  return order_key(context.transaction->merchant, reverse.order);
}

Result<ReturnRecord> find_returned(const Reverse& reverse, const TransactionContext& context,
                                   const StateView& view) {
  return state::find_returned(view, context.transaction->merchant, key_of(reverse, context),
                              first_of(context.order));
}

/// What was paid with points comes back first: it may cover what is taken back.
Result<bool> give_back(const OrderPast& past, ReturnRecord& record, const GivingBack& by) {
  const GivenBack before{record.given_back, record.value_given_back};
  GivenBack now = given_back_in_all(past, record.total, before);
  TRY(const bool given, give_back(past, before, now, by));
  by.receipt->value =
      Money::from(now.value.minor_units() - before.value.minor_units()).value_or(Money());
  record.given_back = std::move(now.parts);
  record.value_given_back = now.value;
  return given;
}

/// The order is read at the sender's cost, and evaluated again at the programme's.
bool is_spent(const Reverse& reverse, const TransactionContext& context) {
  return context.rules->is_spent(context.transaction->merchant) ||
         context.rules->is_spent(reverse.programme);
}

}  // namespace

Result<Outcome> preclaim(const Reverse& reverse, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, reverse.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  const state::OrderFacts& order = context.order;
  if (!order.earn.has_value() && order.redemptions.empty())
    return order.of_another ? Outcome::NotYourOrder : Outcome::UnknownOrder;
  // Reading the order's past, and the version of then, has a price, as rules have.
  if (is_spent(reverse, context)) return Outcome::BlockFull;
  TRY(const bool too_late, is_too_late(reverse.programme, context, view));
  if (too_late) return Outcome::ReturnTooLate;
  TRY(const OrderPast past, read_order(reverse.programme, context, view));
  if (past.is_empty()) return Outcome::UnknownOrder;
  TRY(const ReturnRecord returned, find_returned(reverse, context, view));
  if (past.total > Money() && returned.total >= past.total) return Outcome::AlreadyReturned;
  const std::optional<ReturnRecord> after = with(returned, reverse);
  const bool is_there = after.has_value() && fits(*after, past);
  return is_there ? Outcome::Accepted : Outcome::RefundExceedsOrder;
}

Result<Outcome> apply(const Reverse& reverse, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  // One return may write thousands of lines: as many as one block's receipts can bear, and no more.
  if (context.block_is_full || is_spent(reverse, context)) return Outcome::BlockFull;
  TRY(const auto* const programme,
      context.rules->in_force(delta, reverse.programme, context.height));
  CHECK(programme != nullptr);
  TRY(const OrderPast past, read_order(reverse.programme, context, delta));
  TRY(const ReturnRecord returned, find_returned(reverse, context, delta));
  std::optional<ReturnRecord> record = with(returned, reverse);
  CHECK(record.has_value());
  if (record->began == Timestamp()) record->began = context.ledger_time;
  record->latest = context.ledger_time;

  OpenBooks books(delta, context.ledger_time, receipt);
  OpenAccounts accounts(delta);
  TRY(const bool given, give_back(past, *record, {&context, &delta, &books, &accounts, &receipt}));
  if (!given) return Outcome::AmountOverflow;
  if (past.earn.has_value()) {
    Return what{&past, {}, programme, &*record};
    TRY(what.activations, read_activations(context));
    TRY(Books* const own, books.of(reverse.programme));
    TRY(const Outcome clawed, claw_back(what, context, delta, *own, accounts, receipt));
    if (clawed != Outcome::Accepted) return clawed;
  }
  TRY_VOID(
      state::put_return(delta, context.transaction->merchant, key_of(reverse, context), *record));
  TRY_VOID(accounts.close(books, delta));
  TRY_VOID(books.close(delta));
  return Outcome::Accepted;
}

}  // namespace tally::points
