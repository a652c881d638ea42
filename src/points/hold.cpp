// Hold: points are set aside for a purchase, at the price of now (design/loyalty.md §11).
#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/points/points.h>
#include <tally/state/hold.h>
#include <tally/state/programme_record.h>

#include "points/heads.h"
#include "points/lots.h"
#include "points/pools.h"
#include "points/redemption.h"

#include <algorithm>
#include <set>

namespace tally::points {
namespace {

using state::HeldPiece;
using state::HoldRecord;

HoldId id_of(const TransactionContext& context) {
  return request_key(context.transaction->merchant, context.transaction->request_id);
}

Duration ttl_of(const Hold& hold, const HoldRule& rule) {
  return hold.ttl == Duration() ? rule.ttl : hold.ttl;
}

HoldRecord record_of(const Hold& hold, const Programme& programme, const Pricing& pricing,
                     const TransactionContext& context) {
  const Transaction& transaction = *context.transaction;
  HoldRecord record;
  record.merchant = transaction.merchant;
  record.account = AccountId{hold.redeem.member, hold.redeem.programme};
  record.order = transaction.order_id.value_or(transaction.request_id);
  record.own_order = transaction.order_id.has_value();
  record.placed = context.position();
  record.deadline = context.ledger_time.plus(ttl_of(hold, programme.hold));
  record.points = pricing.charge;
  record.value = pricing.value;
  record.price_points = programme.redeem.price_points;
  record.price_money = programme.redeem.price_money;
  return record;
}

/// Makes the hold known to all whose lots it took: its deadline is theirs. Shared if it touches
/// another account beside.
void enter_hold(const HoldId& id, const HoldRecord& record, Purse& purse) {
  std::set<MemberId> owners;
  for (const HeldPiece& piece : record.pieces)
    owners.insert(piece.owner);
  const bool is_shared = owners != std::set<MemberId>{record.account.member};
  for (const MemberId& owner : owners) {
    auto& holds = purse.account_of(owner).head.holds;
    const state::OpenHold open{record.deadline, id, is_shared};
    holds.insert(std::upper_bound(holds.begin(), holds.end(), open), open);
  }
  ++purse.asker().head.holds_asked;
}

}  // namespace

Result<Outcome> preclaim(const Hold& hold, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record,
      context.rules->in_force(view, hold.redeem.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  const HoldRule& rule = record->rules.programme.hold;
  if (ttl_of(hold, rule) > rule.ttl_max) return Outcome::NotPermitted;
  // The request id was used so long ago that it is forgotten: the hold of that time stays as it is.
  TRY(const auto namesake, state::find_hold(view, id_of(context)));
  if (namesake.has_value()) return Outcome::HoldAlreadyResolved;
  TRY(const Outcome priced, check_redemption(hold.redeem, context, view));
  if (priced != Outcome::Accepted) return priced;
  TRY(const auto head, find_head(view, AccountId{hold.redeem.member, hold.redeem.programme}));
  CHECK(head.has_value());
  return head->holds_asked >= limits::kOpenHoldsMax ? Outcome::TooManyHolds : Outcome::Accepted;
}

Result<Outcome> apply(const Hold& hold, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  const Redeem& redeem = hold.redeem;
  TRY(const auto* const programme,
      context.rules->in_force(delta, redeem.programme, context.height));
  CHECK(programme != nullptr);
  const Programme& rules = programme->rules.programme;
  TRY(Purse purse, Purse::load(delta, AccountId{redeem.member, redeem.programme}));
  const Pricing pricing = price(rules.redeem, redeem, purse.available());
  CHECK(pricing.outcome == Outcome::Accepted);

  TRY(auto books, state::Books::open(delta, redeem.programme, context.ledger_time, receipt));
  TRY(auto pieces, purse.take(books, LineKind::Held, pricing.charge, lots_max_in(context)));
  if (!pieces.has_value()) return Outcome::InsufficientAvailable;
  HoldRecord record = record_of(hold, rules, pricing, context);
  record.pieces = std::move(*pieces);
  const HoldId id = id_of(context);
  enter_hold(id, record, purse);
  count_redemption(purse.asker().head, rules, record.points, context);
  receipt.value = record.value;
  receipt.hold = id;
  receipt.hold_until = record.deadline;
  TRY_VOID(purse.close(books, delta));
  TRY_VOID(state::put_hold(delta, id, record));
  return Outcome::Accepted;
}

}  // namespace tally::points
