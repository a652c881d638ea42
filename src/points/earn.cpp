// Earn: what a purchase gives by the programme's rules (design/loyalty.md §6).
#include <tally/points/points.h>

#include <tally/base/check.h>

#include "points/award.h"
#include "points/heads.h"
#include "points/velocity.h"

#include <algorithm>

namespace tally::points {
namespace {

/// How much it gives is known once rules have run: here the number of purchases counts.
Outcome check_times(const Programme& programme, const state::AccountHead& head,
                    const TransactionContext& context) {
  Counted earn;
  earn.what = VelocityWhat::Earn;
  earn.merchant = context.transaction->merchant;
  earn.time = context.ledger_time;
  const bool blocked = check_velocity(programme, head, earn) == Velocity::Blocked;
  return blocked ? Outcome::VelocityLimit : Outcome::Accepted;
}

/// The issuer's own tills, or a partner's.
Result<bool> may_give_points(const Earn& earn, const Programme& programme,
                             const TransactionContext& context, const StateView& view) {
  if (context.transaction->merchant == earn.programme) return true;
  TRY(const auto merchant, state::find_merchant(view, context.transaction->merchant));
  return merchant.has_value() && rules::find_partner(programme, merchant->name) != nullptr;
}

}  // namespace

Result<Outcome> preclaim(const Earn& earn, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, earn.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  const Programme& programme = record->rules.programme;
  TRY(const bool may_give, may_give_points(earn, programme, context, view));
  if (!may_give) return Outcome::NotPermitted;
  if (earn.currency != programme.currency) return Outcome::CurrencyNotAccepted;
  // What a programme does not ask for shall not lie on every merchant's disk (§22).
  if (!earn.lines.empty() && !programme.lines) return Outcome::NotEnabled;
  const Outcome in_time = check_event_time(earn.event_time, context, programme);
  if (in_time != Outcome::Accepted) return in_time;
  TRY(const auto head, state::find_head(view, AccountId{earn.member, earn.programme}));
  if (!head.has_value()) return Outcome::UnknownMember;
  const Outcome open = check_open(*head);
  if (open != Outcome::Accepted) return open;
  if (context.order.earn.has_value()) return Outcome::DuplicateOrder;
  return check_times(programme, *head, context);
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
  occasion.paid_by_points = std::max(earn.paid_by_points, context.order.paid_by_points);
  return award(occasion, AccountId{earn.member, earn.programme}, context, delta, receipt);
}

}  // namespace tally::points
