// Generators of programmes and campaigns: whatever their encoding can hold, not only what their
// check allows.
#pragma once

#include <tally/model/points_actions.h>

#include "model/values.h"

namespace tally::test {

[[nodiscard]] inline MonthRounding any_rounding() {
  return any_of(MonthRounding::None, MonthRounding::EndOfYear);
}
[[nodiscard]] inline Period any_period() {
  return any_of(Period::Transaction, Period::Ever);
}
[[nodiscard]] inline Posting any_posting() {
  return any_of(Posting::Earn, Posting::Activation);
}
/// Any bytes: whether they are a source is for the check of rules.
[[nodiscard]] inline RuleSource any_source() {
  const Bytes bytes = *rc::gen::arbitrary<Bytes>();
  return RuleSource(as_text(bytes));
}
[[nodiscard]] inline std::vector<Cap> any_caps() {
  return any_list(3, [] { return Cap{any_period(), any_u64()}; });
}
[[nodiscard]] inline Pending any_pending() {
  return {any_bool(), any_duration()};
}
[[nodiscard]] inline Funder any_funder() {
  return {any_of(FunderKind::Issuer, FunderKind::Brand), any_name()};
}

[[nodiscard]] inline ExpiryRule any_expiry() {
  ExpiryRule rule;
  rule.kind = any_of(ExpiryKind::Never, ExpiryKind::Inactivity);
  rule.months = any_u32();
  rule.rounding = any_rounding();
  rule.dates = any_list(3, [] {
    constexpr std::int64_t kDays = 2'932'896;  // to 31 December 9999
    return civil_from_days(*rc::gen::inRange<std::int64_t>(0, kDays + 1));
  });
  rule.min_days = any_u32();
  rule.grace_days = any_u32();
  rule.reinstate = {any_u32(), any_u32()};
  return rule;
}

[[nodiscard]] inline ReferrerAward any_referrer_award() {
  return {any_source(), any_caps(), any_caps()};
}

[[nodiscard]] inline Parameter any_parameter() {
  const std::string name = any_name();
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      return {name, any_bool()};
    case 1:
      return {name, any_i64()};
    default:
      return {name, any_text(limits::kRuleTextBytesMax)};
  }
}

[[nodiscard]] inline Campaign any_campaign() {
  Campaign c;
  c.id = any_name();
  c.title = any_text(limits::kTextBytesMax);
  c.trigger = any_of(Trigger::Purchase, Trigger::TierUp);
  c.state = any_of(CampaignState::Active, CampaignState::Ended);
  c.starts = any_optional([] { return LocalTime(any_i64()); });
  c.ends = any_optional([] { return LocalTime(any_i64()); });
  c.tiers = any_names();
  c.merchants = any_names();
  c.stores = any_names();
  c.channels = any_names();
  c.group = any_name();
  c.priority = *rc::gen::arbitrary<std::int32_t>();
  c.when = any_source();
  c.award = any_source();
  c.cap_points = any_caps();
  c.cap_times = any_caps();
  c.budget = any_optional([] { return Budget{any_points(), any_bool()}; });
  c.funders = any_list(3, [] { return FunderShare{any_funder(), any_u32(), any_u32()}; });
  c.expires = any_optional(any_expiry);
  c.pending = any_optional(any_pending);
  c.qualifying = any_bool();
  c.resets = any_name();
  c.referrer = any_optional(any_referrer_award);
  c.attestor = any_name();
  c.each_step = any_bool();
  c.params = any_list(3, any_parameter);
  return c;
}

[[nodiscard]] inline RedeemRule any_redeem_rule() {
  RedeemRule rule;
  rule.price_points = any_points();
  rule.price_money = any_money();
  rule.minimum = any_points();
  rule.step = any_points();
  rule.max_percent = any_u8();
  rule.mixed = any_bool();
  rule.consent_above = any_points();
  rule.excluded_cats = any_names();
  return rule;
}

[[nodiscard]] inline VelocityLimit any_velocity() {
  return {any_of(VelocityWhat::Earn, VelocityWhat::Transfer), any_period(), any_u64(), any_points(),
          any_bool()};
}

[[nodiscard]] inline TierRules any_tier_rules() {
  TierRules rules;
  rules.valid_months = any_u32();
  rules.post = any_posting();
  rules.downgrade = any_of(Downgrade::OneDown, Downgrade::Recompute);
  rules.grace_days = any_u32();
  rules.immediate_on_refund = any_bool();
  rules.tiers = any_list(3, [] { return Tier{any_name(), any_points()}; });
  return rules;
}

[[nodiscard]] inline Counter any_counter() {
  Counter counter;
  counter.name = any_name();
  counter.kind = any_of(CounterKind::Streak, CounterKind::DistinctMerchants);
  counter.unit = any_period();
  counter.size = any_u32();
  counter.merchant = any_name();
  counter.post = any_posting();
  counter.when = any_source();
  return counter;
}

[[nodiscard]] inline Programme any_programme() {
  Programme p;
  p.id = any_name();
  p.merchant = any_name();
  p.name = any_text(limits::kTextBytesMax);
  p.currency = any_currency();
  p.lines = any_bool();
  p.offline_window = any_duration();
  p.terms_sha256 = any_hash();
  p.utc_offsets = any_list(8, [] {
    return UtcOffset{any_timestamp(), *rc::gen::arbitrary<std::int16_t>()};
  });
  p.earn = {any_source(), any_bool(), any_names(), any_pending(), any_caps()};
  p.expiry = any_expiry();
  p.redeem = any_redeem_rule();
  p.hold = {any_duration(), any_duration()};
  p.returns = {any_duration(), any_of(Clawback::OnlyPending, Clawback::Unlimited),
               any_optional(any_points)};
  p.transfer = {any_bool(), any_points(), any_u16(), any_u32(), any_duration()};
  p.pool = {any_bool(), any_u8()};
  p.exchange = {any_bool(), any_u16()};
  p.adjust = {any_points()};
  p.velocity = any_list(2, any_velocity);
  p.tiers = any_tier_rules();
  p.partners = any_list(2, [] { return Partner{any_name(), any_bool(), any_points()}; });
  p.counters = any_list(2, any_counter);
  p.groups = any_list(2, [] {
    return Group{any_name(), any_u32(), any_of(GroupMode::First, GroupMode::Stack)};
  });
  p.campaigns = any_list(2, any_campaign);
  return p;
}

}  // namespace tally::test
