// Earn: points for a purchase, in one lot (design/loyalty.md §6).
#include <tally/points/points.h>

#include <tally/base/canary.h>
#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/rules/evaluate.h>
#include <tally/state/programme_record.h>

#include "points/lots.h"

#include <algorithm>

namespace tally::points {
namespace {

using state::Account;
using state::Lot;
using state::ProgrammeRecord;
using state::Totals;

/// The right to backdate stands in place of the till's window, be it longer or shorter.
Duration age_max(const TransactionContext& context, const Programme& programme) {
  const Duration backdate = context.asking->limits.backdate_max;
  const bool may_backdate = context.asking->role == Role::Operator && backdate > Duration();
  return may_backdate ? backdate : programme.offline_window;
}

Outcome check_event_time(const Earn& earn, const TransactionContext& context,
                         const Programme& programme) {
  if (earn.event_time > context.proposed_time.plus(Duration(limits::kEventAheadMs)))
    return Outcome::EventInFuture;
  if (context.ledger_time.since(earn.event_time) > age_max(context, programme))
    return Outcome::EventTooOld;
  return Outcome::Accepted;
}

auto evaluate(const Earn& earn, const TransactionContext& context, const Programme& programme) {
  return rules::evaluate_earn(programme, earn,
                              std::max(earn.paid_by_points, context.paid_by_points));
}

std::optional<Points> sum_of(Points a, Points b) {
  if (canary(111)) return Points::from((a.value() + b.value()) & kPointsMax);
  return checked_add(a, b);
}

std::optional<Points> sum_of(const std::vector<rules::EarnLine>& lines) {
  std::optional<Points> sum = Points();
  for (const rules::EarnLine& line : lines) {
    sum = checked_add(*sum, line.points);
    if (!sum.has_value()) return std::nullopt;
  }
  return sum;
}

Lot lot_of(const Earn& earn, const TransactionContext& context, const ProgrammeRecord& programme,
           Points points) {
  Lot lot;
  lot.id = LotId{context.position(), 0};
  lot.first_owner = earn.member;
  lot.programme_version = programme.version;
  lot.earned_at = context.ledger_time;
  lot.available_at = context.ledger_time;
  lot.expires_at = expiry_of(programme.programme, lot.available_at);
  lot.original = points;
  lot.remaining = points;
  return lot;
}

/// A line of 0 points names no lot: there is none.
void add_lines(Receipt& receipt, const AccountId& account, const Lot& lot,
               const std::vector<rules::EarnLine>& lines) {
  for (const rules::EarnLine& source : lines) {
    ReceiptLine line = line_of(LineKind::Earned, account, Piece{lot, source.points});
    if (source.points.is_zero()) line.lot = LotId();
    line.programme_version = lot.programme_version;
    line.source = source.source;
    receipt.lines.push_back(std::move(line));
  }
}

}  // namespace

Result<Outcome> preclaim(const Earn& earn, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto programme, state::programme_in_force(view, earn.programme, context.height));
  if (!programme.has_value()) return Outcome::UnknownProgramme;
  if (earn.currency != programme->programme.currency) return Outcome::CurrencyNotAccepted;
  const Outcome in_time = check_event_time(earn, context, programme->programme);
  if (in_time != Outcome::Accepted) return in_time;
  const AccountId id{earn.member, earn.programme};
  TRY(const auto account, view.find(state::account_key(id)));
  if (!account.has_value()) return Outcome::UnknownMember;
  if (context.order_has_earned) return Outcome::DuplicateOrder;
  const auto lines = evaluate(earn, context, programme->programme);
  return lines.has_value() && sum_of(*lines).has_value() ? Outcome::Accepted
                                                         : Outcome::AmountOverflow;
}

Result<Outcome> apply(const Earn& earn, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  TRY(const auto programme, state::programme_in_force(delta, earn.programme, context.height));
  CHECK(programme.has_value());
  const auto lines = evaluate(earn, context, programme->programme);
  CHECK(lines.has_value());
  const Points points = sum_of(*lines).value();

  const AccountId id{earn.member, earn.programme};
  TRY(auto account, Account::load(delta, id));
  CHECK(account.has_value());
  TRY(Totals totals, state::totals(delta, earn.programme));
  if (!points.is_zero() && account->is_full()) return Outcome::AmountOverflow;
  const auto available = sum_of(account->head.available, points);
  const auto all_available = sum_of(totals.available, points);
  const auto issued = sum_of(totals.issued, points);
  if (!available.has_value() || !all_available.has_value() || !issued.has_value())
    return Outcome::AmountOverflow;
  totals.available = *all_available;
  totals.issued = *issued;
  ++totals.earns;
  account->head.available = *available;
  ++account->head.earns;

  const Lot lot = lot_of(earn, context, *programme, points);
  if (!points.is_zero()) TRY_VOID(account->add_lot(lot));
  add_lines(receipt, id, lot, *lines);
  account->enter(receipt);
  TRY_VOID(account->store(delta));
  TRY_VOID(state::put_totals(delta, earn.programme, totals));
  return Outcome::Accepted;
}

}  // namespace tally::points
