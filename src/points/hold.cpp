// Hold: points are set aside for a purchase, at the price of now (design/loyalty.md §11).
#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/points/points.h>
#include <tally/state/exposure.h>
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

/// At another merchant a quote is frozen for it, so the programme's own may be too long.
Duration ttl_of(const Hold& hold, const HoldRule& rule, const TransactionContext& context) {
  if (hold.ttl != Duration()) return hold.ttl;
  const bool elsewhere = context.transaction->merchant != hold.redeem.programme;
  return elsewhere ? std::min(rule.ttl, Duration(limits::kHoldElsewhereMsMax)) : rule.ttl;
}

/// No hold reaches beyond the end of a programme (design/loyalty.md §17).
Result<Timestamp> deadline_of(const Hold& hold, const HoldRule& rule,
                              const TransactionContext& context, const StateView& view) {
  TRY(const state::IssuerRecord issuer, state::find_issuer(view, hold.redeem.programme));
  return std::min(context.ledger_time.plus(ttl_of(hold, rule, context)), issuer.until);
}

HoldRecord record_of(const Hold& hold, const Terms& terms, const Pricing& pricing,
                     const TransactionContext& context) {
  const Transaction& transaction = *context.transaction;
  HoldRecord record;
  record.merchant = transaction.merchant;
  record.account = AccountId{hold.redeem.member, hold.redeem.programme};
  record.order = transaction.order_id.value_or(transaction.request_id);
  record.own_order = transaction.order_id.has_value();
  record.placed = context.position();
  record.points = pricing.charge;
  record.value = pricing.value;
  const bool is_reward = hold.redeem.mode == RedeemMode::Reward;
  record.price_points = is_reward ? pricing.charge : terms.rule.price_points;
  record.price_money = is_reward ? pricing.value : terms.rule.price_money;
  if (terms.elsewhere.has_value()) record.reserved = terms.elsewhere->reservation;
  return record;
}

/// Makes the hold known to all whose lots it took: its deadline is theirs. Shared if it touches
/// another account beside, or what the issuer owes.
void enter_hold(const HoldId& id, const HoldRecord& record, Purse& purse) {
  std::set<MemberId> owners;
  for (const HeldPiece& piece : record.pieces)
    owners.insert(piece.owner);
  const bool is_shared =
      record.reserved.has_value() || owners != std::set<MemberId>{record.account.member};
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
  if (ttl_of(hold, rule, context) > rule.ttl_max) return Outcome::NotPermitted;
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
  TRY(const Terms terms, find_terms(redeem, context, delta));
  CHECK(terms.outcome == Outcome::Accepted);
  const Programme& programme = *terms.programme;
  TRY(Purse purse, Purse::load(delta, AccountId{redeem.member, redeem.programme}));
  const Pricing pricing = price(terms, redeem, purse.available());
  CHECK(pricing.outcome == Outcome::Accepted);

  TRY(auto books, state::Books::open(delta, redeem.programme, context.ledger_time, receipt));
  TRY(auto pieces, purse.take(books, LineKind::Held, pricing.charge, lots_max_in(context)));
  if (!pieces.has_value()) return Outcome::InsufficientAvailable;
  HoldRecord record = record_of(hold, terms, pricing, context);
  TRY(record.deadline, deadline_of(hold, programme.hold, context, delta));
  record.pieces = std::move(*pieces);
  const HoldId id = id_of(context);
  enter_hold(id, record, purse);
  count_redemption(purse.asker().head, programme, record.points, context);
  receipt.value = record.value;
  receipt.hold = id;
  receipt.hold_until = record.deadline;
  TRY_VOID(purse.close(books, delta));
  TRY_VOID(state::put_hold(delta, id, record));
  TRY_VOID(note_elsewhere(redeem, terms, record.points, context, delta));
  if (!record.reserved.has_value()) return Outcome::Accepted;
  TRY(const bool reserved, state::reserve(delta, *record.reserved, record.points, 1));
  return reserved ? Outcome::Accepted : Outcome::AmountOverflow;
}

}  // namespace tally::points
