// Pricing: exactly by the steps of design/loyalty.md §10, at another merchant by §16.
#include "points/redemption.h"

#include <tally/base/calendar.h>
#include <tally/base/check.h>
#include <tally/state/consent.h>
#include <tally/state/exchange_rate.h>
#include <tally/state/exposure.h>
#include <tally/state/programme_record.h>
#include <tally/state/quote.h>
#include <tally/state/taken.h>

#include "points/heads.h"
#include "points/pools.h"
#include "points/velocity.h"

#include <algorithm>

namespace tally::points {
namespace {

Terms no_terms(Outcome outcome) {
  Terms terms;
  terms.outcome = outcome;
  return terms;
}

Pricing refused(Outcome outcome) {
  return Pricing{outcome, Points(), Money()};
}

std::int64_t payable_part(const Redeem& redeem) {
  return std::max<std::int64_t>(redeem.basket.minor_units() - redeem.excluded.minor_units(), 0);
}

/// Step 2: CEIL(value cap · P / M). Past all points there are, it caps nothing.
Points points_cap(const RedeemRule& rule, std::int64_t value_cap) {
  const auto cap =
      muldiv(value_cap, rule.price_points.value(), rule.price_money.minor_units(), Rounding::Ceil);
  return Points::from(std::min(cap.value_or(kPointsMax), kPointsMax)).value();
}

/// Steps 1 and 2 for `points` exactly, and that they are there.
Outcome check_exact(const RedeemRule& rule, Points offered, Points cap) {
  if (offered < rule.minimum) return Outcome::BelowMinimum;
  if (offered.value() % rule.step.value() != 0) return Outcome::InvalidStep;
  if (offered > cap) return Outcome::AboveMaximum;
  return Outcome::Accepted;
}

/// Step 2 for `up_to`: as many as rules and balance allow, rounded down to the step.
Points offer_up_to(const RedeemRule& rule, Points most, Points cap, Points available) {
  const Points least = smaller(most, smaller(cap, available));
  return Points::from(least.value() - least.value() % rule.step.value()).value();
}

Counted counted(Points charge, const TransactionContext& context) {
  return Counted{VelocityWhat::Redeem, context.transaction->merchant, context.ledger_time, charge};
}

/// A reward's price is the charge; at another merchant it is in that one's points.
Pricing price_reward(const Terms& terms, const Redeem& redeem, Points available) {
  Points charge = redeem.points;
  if (terms.elsewhere.has_value()) {
    const auto exchanged = state::exchange_out(redeem.points, *terms.reward_rate, 0);
    if (!exchanged.has_value()) return refused(Outcome::AmountOverflow);
    charge = exchanged->charge;
  }
  if (charge > available) return refused(Outcome::InsufficientAvailable);
  return Pricing{Outcome::Accepted, charge, redeem.basket};
}

/// How many points the member has to agree to: what is offered, where it says how many.
Points agreed_points(const Redeem& redeem, Points charge) {
  return redeem.mode == RedeemMode::Exactly ? redeem.points : charge;
}

/// Step 5; at another merchant always.
Result<Outcome> check_agreed(const Redeem& redeem, const Terms& terms, Points charge,
                             const TransactionContext& context, const StateView& view) {
  const AccountId id{redeem.member, redeem.programme};
  if (terms.elsewhere.has_value())
    return state::check_consent_elsewhere(view, context, {id, agreed_points(redeem, charge)});
  if (charge <= terms.rule.consent_above) return Outcome::Accepted;
  TRY(const bool consents, state::has_consent(view, context, redeem.member));
  return consents ? Outcome::Accepted : Outcome::ConsentRequired;
}

/// Whether the acceptor may take so many points more, and the issuer owe for them.
Result<Outcome> check_taking(const Elsewhere& elsewhere, std::int64_t day, Points charge,
                             const StateView& view) {
  const state::Reservation& terms = elsewhere.reservation;
  TRY(const bool may_take,
      state::may_take(view, terms.debtor, terms.creditor, day, charge, elsewhere.per_day));
  if (!may_take) return Outcome::AcceptorLimitExceeded;
  const auto amount = price_of(charge, terms.price);
  if (!amount.has_value()) return Outcome::AmountOverflow;
  TRY(const MicroUnits room,
      state::room_of(view, terms.debtor, terms.currency, state::DebtorAs::Issuer));
  return *amount <= room ? Outcome::Accepted : Outcome::IssuerCapExceeded;
}

std::int64_t day_of(const Terms& terms, const TransactionContext& context) {
  return local_day(terms.programme->utc_offsets, context.ledger_time);
}

/// Minimum and step are the issuer's; what of a basket points may pay is the acceptor's to say.
RedeemRule rule_elsewhere(const RedeemRule& issuers, const Programme* acceptor,
                          const state::Quote& quote, std::uint8_t exponent) {
  RedeemRule rule = issuers;
  rule.price_points = Points::from(micro_units_in_minor(exponent)).value();
  rule.price_money = Money::from(quote.bid).value();
  rule.max_percent = acceptor != nullptr ? acceptor->redeem.max_percent : 100;
  rule.mixed = acceptor == nullptr || acceptor->redeem.mixed;
  return rule;
}

Result<Terms> find_terms_elsewhere(const Redeem& redeem, const Programme& programme,
                                   const TransactionContext& context, const StateView& view) {
  const MerchantId issuer = redeem.programme;
  const MerchantId acceptor = context.transaction->merchant;
  TRY(const auto quote, state::find_quote(view, issuer, context.ledger_time));
  if (!quote.has_value()) return no_terms(Outcome::RateNotAvailable);
  if (redeem.currency != quote->currency) return no_terms(Outcome::CurrencyNotAccepted);
  TRY(const auto exponent, state::currency_exponent(view, quote->currency));
  CHECK(exponent.has_value());  // a quote is in one of the consortium's currencies
  TRY(const auto* const theirs, context.rules->in_force(view, acceptor, context.height));
  Terms terms;
  terms.programme = &programme;
  terms.rule = rule_elsewhere(
      programme.redeem, theirs != nullptr ? &theirs->rules.programme : nullptr, *quote, *exponent);
  terms.elsewhere =
      Elsewhere{{issuer, acceptor, quote->currency, quote->bid}, quote->acceptor_per_day};
  if (redeem.mode != RedeemMode::Reward) return terms;
  TRY(terms.reward_rate, state::rate_between(view, issuer, acceptor, context.ledger_time));
  if (!terms.reward_rate.has_value()) return no_terms(Outcome::RateNotAvailable);
  return terms;
}

}  // namespace

Result<Terms> find_terms(const Redeem& redeem, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, redeem.programme, context.height));
  if (record == nullptr) return no_terms(Outcome::UnknownProgramme);
  const Programme& programme = record->rules.programme;
  TRY(const state::IssuerRecord issuer, state::find_issuer(view, redeem.programme));
  if (issuer.state == state::IssuerState::Closed) return no_terms(Outcome::IssuerClosed);
  if (context.transaction->merchant != redeem.programme) {
    const Outcome may_be = state::check_may_be_redeemed(issuer);
    if (may_be != Outcome::Accepted) return no_terms(may_be);
    return find_terms_elsewhere(redeem, programme, context, view);
  }
  if (redeem.currency != programme.currency) return no_terms(Outcome::CurrencyNotAccepted);
  Terms terms;
  terms.programme = &programme;
  terms.rule = programme.redeem;
  return terms;
}

Points most_points(const RedeemRule& rule, const Redeem& redeem) {
  return points_cap(rule,
                    muldiv(payable_part(redeem), rule.max_percent, 100, Rounding::Floor).value());
}

Pricing price(const Terms& terms, const Redeem& redeem, Points available) {
  if (redeem.mode == RedeemMode::Reward) return price_reward(terms, redeem, available);
  const RedeemRule& rule = terms.rule;
  const std::int64_t payable = payable_part(redeem);
  const std::int64_t value_cap = muldiv(payable, rule.max_percent, 100, Rounding::Floor).value();
  const Points cap = points_cap(rule, value_cap);
  Points offered = redeem.points;
  if (redeem.mode == RedeemMode::Exactly) {
    const Outcome checked = check_exact(rule, offered, cap);
    if (checked != Outcome::Accepted) return refused(checked);
  } else {
    offered = offer_up_to(rule, offered, cap, available);
    if (offered < rule.minimum) return refused(Outcome::BelowMinimum);
  }
  if (offered > available) return refused(Outcome::InsufficientAvailable);

  // Neither product is lost: `offered` is at most the cap, so its value is within a point of the
  // value cap, and the charge is at most `offered`.
  const std::int64_t p = rule.price_points.value();
  const std::int64_t m = rule.price_money.minor_units();
  const std::int64_t value =
      std::min(muldiv(offered.value(), m, p, Rounding::Floor).value_or(value_cap), value_cap);
  if (!rule.mixed && value < payable) return refused(Outcome::InsufficientAvailable);
  if (value == 0) return refused(Outcome::BelowMinUnit);
  const Points charge = Points::from(muldiv(value, p, m, Rounding::Ceil).value()).value();
  CHECK(charge <= offered);
  return Pricing{Outcome::Accepted, charge, Money::from(value).value()};
}

Result<Outcome> check_redemption(const Redeem& redeem, const TransactionContext& context,
                                 const StateView& view) {
  TRY(const Terms terms, find_terms(redeem, context, view));
  if (terms.outcome != Outcome::Accepted) return terms.outcome;
  const AccountId id{redeem.member, redeem.programme};
  TRY(const auto head, find_head(view, id));
  if (!head.has_value()) return Outcome::UnknownMember;
  const Outcome may_spend = check_may_spend(*head);
  if (may_spend != Outcome::Accepted) return may_spend;
  TRY(const Points available, available_to(view, id, *head));
  const Pricing pricing = price(terms, redeem, available);
  if (pricing.outcome != Outcome::Accepted) return pricing.outcome;
  TRY(const Outcome agreed, check_agreed(redeem, terms, pricing.charge, context, view));
  if (agreed != Outcome::Accepted) return agreed;
  const Velocity velocity =
      check_velocity(*terms.programme, *head, counted(pricing.charge, context));
  if (velocity != Velocity::Within) return Outcome::VelocityLimit;
  if (!terms.elsewhere.has_value()) return Outcome::Accepted;
  return check_taking(*terms.elsewhere, day_of(terms, context), pricing.charge, view);
}

void count_redemption(state::AccountHead& head, const Programme& programme, Points charge,
                      const TransactionContext& context) {
  note_velocity(programme, head, counted(charge, context));
}

Result<void> note_elsewhere(const Redeem& redeem, const Terms& terms, Points charge,
                            const TransactionContext& context, StateDelta& delta) {
  if (!terms.elsewhere.has_value()) return {};
  const AccountId id{redeem.member, redeem.programme};
  TRY_VOID(state::use_consent_elsewhere(delta, context, {id, agreed_points(redeem, charge)}));
  return state::note_taken(delta, redeem.programme, context.transaction->merchant,
                           day_of(terms, context), charge);
}

}  // namespace tally::points
