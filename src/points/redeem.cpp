// Redeem: points pay for a basket (design/loyalty.md §10).
#include <tally/base/check.h>
#include <tally/points/points.h>

#include "points/funding.h"
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
  TRY(const Terms terms, find_terms(redeem, context, delta));
  CHECK(terms.outcome == Outcome::Accepted);
  TRY(Purse purse, Purse::load(delta, AccountId{redeem.member, redeem.programme}));
  const Pricing pricing = price(terms, redeem, purse.available());
  CHECK(pricing.outcome == Outcome::Accepted);

  TRY(auto books, state::Books::open(delta, redeem.programme, context.ledger_time, receipt));
  TRY(const auto pieces,
      purse.take(books, LineKind::Redeemed, pricing.charge, lots_max_in(context)));
  if (!pieces.has_value()) return Outcome::InsufficientAvailable;
  state::AccountHead& head = purse.asker().head;
  ++head.redemptions;
  ++books.totals.redemptions;
  note_activity(head, *terms.programme, context.ledger_time);
  count_redemption(head, *terms.programme, pricing.charge, context);
  receipt.value = pricing.value;
  TRY_VOID(purse.close(books, delta));
  TRY_VOID(note_elsewhere(redeem, terms, pricing.charge, context, delta));
  if (!terms.elsewhere.has_value()) return Outcome::Accepted;
  TRY(const bool owed, owe_for(terms.elsewhere->reservation, pricing.charge,
                               ObligationReason::Redeemed, context.ledger_time, delta, receipt));
  return owed ? Outcome::Accepted : Outcome::AmountOverflow;
}

}  // namespace tally::points
