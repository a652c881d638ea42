// Pricing: exactly by the steps of design/loyalty.md §10.
#include "points/redemption.h"

#include <tally/base/check.h>
#include <tally/state/consent.h>
#include <tally/state/programme_record.h>

#include "points/heads.h"
#include "points/pools.h"
#include "points/velocity.h"

#include <algorithm>

namespace tally::points {
namespace {

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

}  // namespace

Points most_points(const RedeemRule& rule, const Redeem& redeem) {
  return points_cap(rule,
                    muldiv(payable_part(redeem), rule.max_percent, 100, Rounding::Floor).value());
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

Result<Outcome> check_redemption(const Redeem& redeem, const TransactionContext& context,
                                 const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, redeem.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  const Programme& programme = record->rules.programme;
  if (redeem.currency != programme.currency) return Outcome::CurrencyNotAccepted;
  const AccountId id{redeem.member, redeem.programme};
  TRY(const auto head, find_head(view, id));
  if (!head.has_value()) return Outcome::UnknownMember;
  const Outcome may_spend = check_may_spend(*head);
  if (may_spend != Outcome::Accepted) return may_spend;
  TRY(const Points available, available_to(view, id, *head));
  const Pricing pricing = price(programme.redeem, redeem, available);
  if (pricing.outcome != Outcome::Accepted) return pricing.outcome;
  if (pricing.charge > programme.redeem.consent_above) {
    TRY(const bool consents, state::has_consent(view, context, redeem.member));
    if (!consents) return Outcome::ConsentRequired;
  }
  const Velocity velocity = check_velocity(programme, *head, counted(pricing.charge, context));
  return velocity == Velocity::Within ? Outcome::Accepted : Outcome::VelocityLimit;
}

void count_redemption(state::AccountHead& head, const Programme& programme, Points charge,
                      const TransactionContext& context) {
  note_velocity(programme, head, counted(charge, context));
}

}  // namespace tally::points
