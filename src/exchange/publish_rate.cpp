// PublishRate: two issuers agree on what points of the one are in points of the other.
#include <tally/base/check.h>
#include <tally/exchange/exchange.h>
#include <tally/state/consent.h>
#include <tally/state/issuer.h>
#include <tally/state/quote.h>

#include "exchange/offers.h"

namespace tally::exchange {
namespace {

state::BilateralRate rate_of(const PublishRate& action) {
  return {Rate::from(action.points_into, action.points).value(), action.valid_until};
}

}  // namespace

Result<Outcome> preclaim(const PublishRate& action, const TransactionContext& context,
                         const StateView& view) {
  if (context.rules->is_spent(action.programme)) return Outcome::BlockFull;
  for (const MerchantId issuer : {action.programme, action.into}) {
    TRY(const auto merchant, state::find_merchant(view, issuer));
    if (!merchant.has_value()) return Outcome::UnknownMerchant;
    TRY(const auto* const programme, context.rules->in_force(view, issuer, context.height));
    if (programme == nullptr) return Outcome::UnknownProgramme;
    TRY(const state::IssuerRecord record, state::find_issuer(view, issuer));
    const Outcome in_business = state::check_may_issue(record);
    if (in_business != Outcome::Accepted) return in_business;
    TRY(const std::size_t signing, state::operators_agreeing(view, context, issuer));
    if (signing == 0) return Outcome::ApprovalsMissing;
  }
  if (action.valid_until <= context.ledger_time) return Outcome::TooLate;
  StateDelta changed = StateDelta::on(view);
  TRY_VOID(state::put_rate(changed, action.programme, action.into, rate_of(action)));
  TRY(const bool gains, has_gaining_cycle(changed, action.programme, context));
  return gains ? Outcome::RateCycle : Outcome::Accepted;
}

Result<Outcome> apply(const PublishRate& action, const TransactionContext&, StateDelta& delta,
                      Receipt&) {
  TRY_VOID(state::put_rate(delta, action.programme, action.into, rate_of(action)));
  return Outcome::Accepted;
}

}  // namespace tally::exchange
