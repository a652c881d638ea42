// Redeem: points pay for a basket, exactly by the steps of design/loyalty.md §10.
#include <tally/points/points.h>

#include <tally/base/check.h>
#include <tally/state/consent.h>
#include <tally/state/programme_record.h>

#include "points/lots.h"

#include <algorithm>

namespace tally::points {
namespace {

using state::Account;
using state::Totals;

/// What a redemption comes to. Charge and value count only where the outcome is Accepted.
struct Pricing {
  Outcome outcome = Outcome::Accepted;
  Points charge;
  Money value;
};

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

Pricing price(const RedeemRule& rule, const Redeem& redeem, Points available) {
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

}  // namespace

Result<Outcome> preclaim(const Redeem& redeem, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, redeem.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  const Programme& programme = record->rules.programme;
  if (redeem.currency != programme.currency) return Outcome::CurrencyNotAccepted;
  const AccountId id{redeem.member, redeem.programme};
  TRY(const auto account, view.find(state::account_key(id)));
  if (!account.has_value()) return Outcome::UnknownMember;
  TRY(const state::AccountHead head, state::decode_account_head(*account));
  const Pricing pricing = price(programme.redeem, redeem, head.available);
  if (pricing.outcome != Outcome::Accepted) return pricing.outcome;
  if (pricing.charge <= programme.redeem.consent_above) return Outcome::Accepted;
  TRY(const bool consents, state::has_consent(view, context, redeem.member));
  return consents ? Outcome::Accepted : Outcome::ConsentRequired;
}

Result<Outcome> apply(const Redeem& redeem, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  TRY(const auto* const record, context.rules->in_force(delta, redeem.programme, context.height));
  CHECK(record != nullptr);
  const AccountId id{redeem.member, redeem.programme};
  TRY(auto account, Account::load(delta, id));
  CHECK(account.has_value());
  const RedeemRule& rule = record->rules.programme.redeem;
  const Pricing pricing = price(rule, redeem, account->head.available);
  CHECK(pricing.outcome == Outcome::Accepted);

  TRY(const auto pieces, take_fefo(*account, pricing.charge, lots_max_in(context)));
  if (!pieces.has_value()) return Outcome::InsufficientAvailable;
  ++account->head.redemptions;
  account->head.standing.last_activity = context.ledger_time;
  TRY(Totals totals, state::totals(delta, redeem.programme));
  const auto redeemed = checked_add(totals.redeemed, pricing.charge);
  if (!redeemed.has_value()) return Outcome::AmountOverflow;
  totals.redeemed = *redeemed;
  totals.available = checked_subtract(totals.available, pricing.charge).value();
  ++totals.redemptions;

  for (const Piece& piece : *pieces)
    receipt.lines.push_back(line_of(LineKind::Redeemed, id, piece));
  receipt.value = pricing.value;
  account->enter(receipt);
  TRY_VOID(account->store(delta));
  TRY_VOID(state::put_totals(delta, redeem.programme, totals));
  return Outcome::Accepted;
}

}  // namespace tally::points
