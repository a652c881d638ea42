// PublishQuote: what an issuer pays for its points when others redeem them, and takes for them.
#include <tally/exchange/exchange.h>
#include <tally/state/consent.h>
#include <tally/state/issuer.h>
#include <tally/state/quote.h>

#include "exchange/offers.h"

#include <algorithm>

namespace tally::exchange {
namespace {

using state::Quote;
using state::QuoteRecord;

/// How long a quote waits that takes something away: whoever holds points has a day to redeem them
/// by the one in force.
constexpr Duration kQuoteWait = kDay;

/// 0 is any number of points.
bool takes_fewer(Points a_day, Points last_a_day) {
  return !a_day.is_zero() && (last_a_day.is_zero() || a_day < last_a_day);
}

/// A lower bid is compared with the last one's though that may have run out: else an issuer would
/// let a quote end, and lower it the next moment. An earlier end, or fewer points a day, would take
/// away what is in force as well.
bool may_harm(const PublishQuote& action, const Quote& last, Timestamp now) {
  if (action.bid < last.bid || action.currency != last.currency) return true;
  return now < last.until && (action.valid_until < last.until ||
                              takes_fewer(action.acceptor_per_day, last.acceptor_per_day));
}

Timestamp takes_effect(const PublishQuote& action, const QuoteRecord& quotes, Timestamp now) {
  const Quote* const last = quotes.effective(now);
  const bool waits = last != nullptr && may_harm(action, *last, now);
  return std::max(action.valid_from, waits ? now.plus(kQuoteWait) : now);
}

/// The issuer's quotes with the new one among them. One that waited for its time makes way: what
/// counts is the last word.
QuoteRecord with_new(const PublishQuote& action, const QuoteRecord& quotes, Timestamp now) {
  const Quote quote{action.currency,
                    action.bid,
                    action.ask,
                    action.acceptor_per_day,
                    takes_effect(action, quotes, now),
                    action.valid_until};
  QuoteRecord changed;
  if (const Quote* const last = quotes.effective(now)) changed.last = *last;
  (quote.from <= now ? changed.last : changed.next) = quote;
  return changed;
}

/// A suspended issuer's quote is frozen; one that leaves may raise what it pays, and no more: its
/// last quote stays to the end though it runs out.
Result<Outcome> check_business(const PublishQuote& action, const QuoteRecord& quotes, Timestamp now,
                               const StateView& view) {
  TRY(const state::IssuerRecord issuer, state::find_issuer(view, action.programme));
  if (issuer.state != state::IssuerState::WindingDown) return state::check_may_issue(issuer);
  const Quote* const last = quotes.effective(now);
  const bool lowers =
      last != nullptr && (action.bid < last->bid || action.currency != last->currency ||
                          takes_fewer(action.acceptor_per_day, last->acceptor_per_day));
  return lowers ? Outcome::IssuerClosing : Outcome::Accepted;
}

}  // namespace

Result<Outcome> preclaim(const PublishQuote& action, const TransactionContext& context,
                         const StateView& view) {
  const Timestamp now = context.ledger_time;
  if (context.rules->is_spent(action.programme)) return Outcome::BlockFull;
  TRY(const auto* const programme, context.rules->in_force(view, action.programme, context.height));
  if (programme == nullptr) return Outcome::UnknownProgramme;
  TRY(const auto exponent, state::currency_exponent(view, action.currency));
  if (!exponent.has_value()) return Outcome::CurrencyNotAccepted;
  if (action.bid > action.ask) return Outcome::QuoteCrossed;
  // A gateway's word binds nobody to pay.
  TRY(const std::size_t signing, state::operators_agreeing(view, context, action.programme));
  if (signing == 0) return Outcome::ApprovalsMissing;
  TRY(const QuoteRecord quotes, state::find_quotes(view, action.programme));
  TRY(const Outcome in_business, check_business(action, quotes, now, view));
  if (in_business != Outcome::Accepted) return in_business;
  // One that ends before it could take effect would only take the last one's place.
  if (action.valid_until <= takes_effect(action, quotes, now)) return Outcome::TooLate;
  StateDelta changed = StateDelta::on(view);
  TRY_VOID(state::put_quotes(changed, action.programme, with_new(action, quotes, now)));
  TRY(const bool gains, has_gaining_cycle(changed, action.programme, context));
  return gains ? Outcome::RateCycle : Outcome::Accepted;
}

Result<Outcome> apply(const PublishQuote& action, const TransactionContext& context,
                      StateDelta& delta, Receipt&) {
  TRY(const QuoteRecord quotes, state::find_quotes(delta, action.programme));
  TRY_VOID(
      state::put_quotes(delta, action.programme, with_new(action, quotes, context.ledger_time)));
  return Outcome::Accepted;
}

}  // namespace tally::exchange
