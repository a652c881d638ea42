// Redeem: points pay for a basket (design/loyalty.md §10).
#include <tally/base/check.h>
#include <tally/points/points.h>
#include <tally/state/programme_record.h>

#include "points/lots.h"
#include "points/pools.h"
#include "points/redemption.h"

namespace tally::points {

Result<Outcome> preclaim(const Redeem& redeem, const TransactionContext& context,
                         const StateView& view) {
  return check_redemption(redeem, context, view);
}

Result<Outcome> apply(const Redeem& redeem, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  TRY(const auto* const record, context.rules->in_force(delta, redeem.programme, context.height));
  CHECK(record != nullptr);
  const Programme& programme = record->rules.programme;
  TRY(Purse purse, Purse::load(delta, AccountId{redeem.member, redeem.programme}));
  const Pricing pricing = price(programme.redeem, redeem, purse.available());
  CHECK(pricing.outcome == Outcome::Accepted);

  TRY(auto books, state::Books::open(delta, redeem.programme, context.ledger_time, receipt));
  TRY(const auto pieces,
      purse.take(books, LineKind::Redeemed, pricing.charge, lots_max_in(context)));
  if (!pieces.has_value()) return Outcome::InsufficientAvailable;
  state::AccountHead& head = purse.asker().head;
  ++head.redemptions;
  ++books.totals.redemptions;
  note_activity(head, programme, context.ledger_time);
  count_redemption(head, programme, pricing.charge, context);
  receipt.value = pricing.value;
  TRY_VOID(purse.close(books, delta));
  return Outcome::Accepted;
}

}  // namespace tally::points
