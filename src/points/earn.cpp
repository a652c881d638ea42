// Earn: what a purchase gives by the programme's rules (design/loyalty.md §6).
#include <tally/points/points.h>

#include <tally/base/check.h>

#include "points/award.h"

#include <algorithm>

namespace tally::points {

Result<Outcome> preclaim(const Earn& earn, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, earn.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  const Programme& programme = record->rules.programme;
  if (earn.currency != programme.currency) return Outcome::CurrencyNotAccepted;
  // What a programme does not ask for shall not lie on every merchant's disk (§22).
  if (!earn.lines.empty() && !programme.lines) return Outcome::NotEnabled;
  const Outcome in_time = check_event_time(earn.event_time, context, programme);
  if (in_time != Outcome::Accepted) return in_time;
  TRY(const auto account, view.find(state::account_key(AccountId{earn.member, earn.programme})));
  if (!account.has_value()) return Outcome::UnknownMember;
  return context.order_has_earned ? Outcome::DuplicateOrder : Outcome::Accepted;
}

Result<Outcome> apply(const Earn& earn, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  TRY(const auto merchant, state::find_merchant(delta, context.transaction->merchant));
  CHECK(merchant.has_value());
  rules::Occasion occasion;
  occasion.trigger = Trigger::Purchase;
  occasion.event_time = earn.event_time;
  occasion.merchant = merchant->name;
  occasion.purchase = &earn;
  occasion.paid_by_points = std::max(earn.paid_by_points, context.paid_by_points);
  const AccountId id{earn.member, earn.programme};
  TRY(const Outcome awarded, award(occasion, id, context, delta, receipt));
  if (awarded != Outcome::Accepted) return awarded;

  TRY(state::Totals totals, state::totals(delta, earn.programme));
  ++totals.earns;
  TRY_VOID(state::put_totals(delta, earn.programme, totals));
  return Outcome::Accepted;
}

}  // namespace tally::points
