// Random programmes that rules::compile takes, for properties of their texts and encodings.
#pragma once

#include <tally/base/limits.h>
#include <tally/model/programme.h>

#include "support/builders.h"

#include <rapidcheck.h>
#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

namespace tally::test {

/// Draws what a programme may say; each field takes every kind of value that it may have.
class ProgrammeGenerator {
 public:
  [[nodiscard]] Programme programme() {
    Programme p = a_programme(text(limits::kTextBytesMax));
    p.lines = flag();
    p.offline_window = span(limits::kOfflineWindowMsMax);
    if (flag()) p.terms_sha256 = Hash::from_view(to_bytes(crypto::tagged_hash("t", {}).view()));
    p.utc_offsets = {{Timestamp(at_most(1'000'000)), minutes()}};
    if (flag()) p.utc_offsets.push_back({Timestamp(1'000'001), minutes()});
    p.earn = earn();
    p.expiry = expiry();
    p.redeem = redeem();
    p.hold = {Duration(1 + at_most(1'000)), Duration(limits::kHoldMsMax - at_most(1'000))};
    returns(p.returns);
    p.transfer = {flag(), points(), static_cast<std::uint16_t>(at_most(10'000)), u32(1'000),
                  span(limits::kCoolingOffMsMax)};
    p.pool = {flag(), static_cast<std::uint8_t>(2 + at_most(5))};
    p.exchange = {flag(), static_cast<std::uint16_t>(at_most(10'000))};
    p.adjust = {points()};
    velocity(p.velocity);
    tiers(p.tiers);
    partners(p.partners);
    counters(p.counters);
    for (std::uint32_t i = 0, n = u32(3); i < n; ++i)
      p.groups.push_back(
          {name("g", i), 10 * i, pick({GroupMode::First, GroupMode::Best, GroupMode::Stack})});
    for (std::uint32_t i = 0, n = u32(4); i < n; ++i)
      p.campaigns.push_back(campaign(p, i));
    return p;
  }

 private:
  static std::uint64_t at_most(std::uint64_t most) {
    return *rc::gen::inRange<std::uint64_t>(0, most + 1);
  }
  static std::uint32_t u32(std::uint32_t most) { return static_cast<std::uint32_t>(at_most(most)); }
  static bool flag() { return at_most(1) == 1; }
  static Duration span(std::uint64_t most) { return Duration(at_most(most)); }
  static std::int16_t minutes() {
    return static_cast<std::int16_t>(static_cast<std::int64_t>(at_most(2'880)) - 1'440);
  }
  static Points points(std::uint64_t least = 0) {
    return test::points(static_cast<std::int64_t>(least + at_most(kPointsMax - least)));
  }
  template <typename T>
  static T pick(std::initializer_list<T> values) {
    return values.begin()[at_most(values.size() - 1)];
  }
  static std::string name(const char* prefix, std::uint32_t number) {
    return prefix + std::to_string(number);
  }

  /// Whatever the ledger's text may be, quotes and backslashes above all.
  static std::string text(std::size_t most) {
    static const std::vector<std::string> kPieces = {"a",  "Z",   "9", " ",        "'", "\"",
                                                     "\\", "\\n", "#", "\xc3\xa9", "=", "]"};
    std::string all;
    for (std::uint64_t i = 0, n = 1 + at_most(11); i < n; ++i) {
      const std::string& piece = kPieces[at_most(kPieces.size() - 1)];
      if (all.size() + piece.size() <= most) all += piece;  // never a part of a character
    }
    return all;
  }

  /// Rules of every form that a TOML string has trouble with.
  static RuleSource when() {
    return pick<RuleSource>({"", "true", "tx.ref == 'x'", "tx.ref == \"x\"", "tx.total > 1 //\\",
                             "\n\ttx.total > 1\n", "tx.ref == '''it's'''", "tx.total > 1\r\n",
                             "'a' != r'\\' && tx.ref != '\xc3\xa9'", "tx.ref == 'ends'"});
  }
  static RuleSource award() {
    return pick<RuleSource>({"1", "muldiv(tx.total, 1, 9)", "'' == '' ? 1 : 2", "\n7", "7 // '''"});
  }

  static std::vector<std::string> names(const char* prefix) {
    std::vector<std::string> all;
    for (std::uint32_t i = 0, n = u32(3); i < n; ++i)
      all.push_back(name(prefix, i) + text(4));
    return all;
  }

  static std::vector<Cap> caps(Period first, std::uint64_t most) {
    std::vector<Cap> all;
    for (const Period period : {Period::Transaction, Period::Day, Period::Week, Period::Month,
                                Period::Year, Period::Ever})
      if (period >= first && flag()) all.push_back({period, 1 + at_most(most - 1)});
    return all;
  }

  static Pending pending() { return {flag(), Duration(1 + at_most(limits::kPendingMsMax - 1))}; }

  static EarnRules earn() {
    EarnRules rules;
    rules.base = award();
    rules.counts_tax = flag();
    rules.excluded_cats = names("c");
    rules.pending = pending();
    if (flag()) rules.cap_points = caps(Period::Transaction, kPointsMax);
    return rules;
  }

  static ExpiryRule expiry_of(ExpiryKind kind) {
    ExpiryRule rule;
    rule.kind = kind;
    if (kind == ExpiryKind::Rolling || kind == ExpiryKind::Inactivity) {
      rule.months = 1 + u32(limits::kExpiryMonthsMax - 1);
      rule.rounding = static_cast<MonthRounding>(at_most(4));
    }
    if (kind == ExpiryKind::Fixed) {
      rule.min_days = 1 + u32(400);
      for (std::int32_t year = 1970; year < 1973 + static_cast<std::int32_t>(at_most(5)); ++year)
        rule.dates.push_back({year, static_cast<std::uint8_t>(1 + at_most(11)),
                              static_cast<std::uint8_t>(1 + at_most(27))});
    }
    return rule;
  }

  static ExpiryRule expiry() {
    ExpiryRule rule = expiry_of(static_cast<ExpiryKind>(at_most(3)));
    if (rule.kind == ExpiryKind::Never) return rule;
    rule.grace_days = u32(limits::kRuleDaysMax);
    if (flag()) rule.reinstate = {1 + u32(400), 1 + u32(400)};
    return rule;
  }

  static RedeemRule redeem() {
    RedeemRule rule;
    rule.price_points = points(1);
    rule.price_money = *Money::from(static_cast<std::int64_t>(1 + at_most(kPointsMax - 1)));
    rule.step = test::points(static_cast<std::int64_t>(1 + at_most(1'000)));
    rule.minimum = test::points(static_cast<std::int64_t>(1 + at_most(1'000'000)));
    rule.max_percent = static_cast<std::uint8_t>(1 + at_most(99));
    rule.mixed = flag();
    rule.consent_above = flag() ? points() : test::points(kPointsMax);
    rule.excluded_cats = names("x");
    return rule;
  }

  static void returns(ReturnsRule& rule) {
    rule.window = span(limits::kReturnsMsMax);
    rule.clawback = pick({Clawback::OnlyPending, Clawback::WithinBalance, Clawback::Unlimited});
    rule.debt_limit = Points();
    if (rule.clawback != Clawback::Unlimited) return;
    rule.debt_limit = points();
    if (flag()) rule.debt_limit.reset();
  }

  static void velocity(std::vector<VelocityLimit>& all) {
    for (std::uint32_t i = 0, n = u32(3); i < n; ++i) {
      VelocityLimit limit;
      limit.what = pick({VelocityWhat::Earn, VelocityWhat::Redeem, VelocityWhat::Transfer});
      limit.window = pick({Period::Hour, Period::Day, Period::Week, Period::Month});
      if (flag())
        limit.times = 1 + at_most(1'000);
      else
        limit.points = points(1);
      limit.flags = limit.what == VelocityWhat::Earn && flag();
      all.push_back(limit);
    }
  }

  static void tiers(TierRules& rules) {
    rules.valid_months = flag() ? 0 : 1 + u32(limits::kExpiryMonthsMax - 1);
    rules.post = pick({Posting::Earn, Posting::Activation});
    rules.downgrade = pick({Downgrade::OneDown, Downgrade::Recompute});
    rules.grace_days = u32(limits::kTierGraceDaysMax);
    rules.immediate_on_refund = flag();
    for (std::uint32_t i = 0, n = u32(3); i < n; ++i)
      rules.tiers.push_back({name("t", i), test::points(i * 1'000)});
  }

  static void partners(std::vector<Partner>& all) {
    for (std::uint32_t i = 0, n = u32(3); i < n; ++i) {
      const bool issuer = flag();
      all.push_back({name("p", i), issuer, issuer ? points(1) : Points()});
    }
  }

  static void counters(std::vector<Counter>& all) {
    for (std::uint32_t i = 0, n = u32(4); i < n; ++i) {
      Counter counter;
      counter.name = name("c", i);
      counter.kind = static_cast<CounterKind>(1 + at_most(4));
      if (counter.kind == CounterKind::Streak)
        counter.unit = pick({Period::Day, Period::Week, Period::Month});
      const bool has_size =
          counter.kind != CounterKind::Streak && counter.kind != CounterKind::DaysSince;
      if (has_size) counter.size = 1 + u32(100);
      if (counter.kind == CounterKind::DaysSince) counter.merchant = name("m", i);
      counter.post = pick({Posting::Earn, Posting::Activation});
      counter.when = when();
      all.push_back(counter);
    }
  }

  static std::vector<FunderShare> funders() {
    const Funder merchant{FunderKind::Merchant, "f" + text(4)};
    const Funder brand{FunderKind::Brand, "b" + text(4)};
    return pick<std::vector<FunderShare>>({{FunderShare()},
                                           {{merchant, 1, 1}},
                                           {{brand, 1, 3}, {merchant, 2, 3}},
                                           {{brand, 1, 2}, {FunderShare().who, 1, 2}}});
  }

  static void schedule(Campaign& campaign) {
    constexpr std::int64_t kFirst = 1'700'000'000'000;
    const auto within = static_cast<std::int64_t>(at_most(limits::kCampaignMsMax - 1));
    if (flag()) campaign.starts = LocalTime(kFirst);
    if (flag()) campaign.ends = LocalTime(kFirst + 1 + within);
  }

  static void limits_of(Campaign& campaign, const Programme& programme) {
    for (const Cap& cap : caps(Period::Transaction, kPointsMax)) {
      campaign.cap_points.push_back(cap);
      for (const Cap& whole : programme.earn.cap_points)
        if (whole.period == cap.period && whole.limit < cap.limit)
          campaign.cap_points.back().limit = whole.limit;
    }
    campaign.cap_times =
        flag() ? std::vector<Cap>{{Period::Ever, 1}} : caps(Period::Day, kPointsMax);
    if (flag()) campaign.budget = Budget{points(1), flag()};
  }

  static std::vector<Parameter> params() {
    std::vector<Parameter> all;
    if (flag()) all.push_back({"a", flag()});
    if (flag())
      all.push_back({"b_1", static_cast<std::int64_t>(*rc::gen::arbitrary<std::int64_t>())});
    if (flag()) all.push_back({"c", flag() ? std::string() : text(limits::kRuleTextBytesMax)});
    return all;
  }

  static Campaign campaign(const Programme& programme, std::uint32_t number) {
    Campaign campaign;
    campaign.id = name("c-", number);
    if (flag()) campaign.title = text(limits::kTextBytesMax);
    campaign.trigger = pick({Trigger::Purchase, Trigger::Activated});
    campaign.state = static_cast<CampaignState>(1 + at_most(2));
    schedule(campaign);
    for (const Tier& tier : programme.tiers.tiers)
      if (flag()) campaign.tiers.push_back(tier.name);
    campaign.merchants = names("m");
    campaign.stores = names("s");
    campaign.channels = names("h");
    if (!programme.groups.empty() && flag()) campaign.group = programme.groups.front().name;
    campaign.priority = *rc::gen::arbitrary<std::int32_t>();
    campaign.when = when();
    campaign.award = award();
    limits_of(campaign, programme);
    campaign.funders = funders();
    if (flag()) campaign.expires = expiry_of(static_cast<ExpiryKind>(at_most(2)));
    if (flag()) campaign.pending = pending();
    campaign.qualifying = flag();
    for (const Counter& counter : programme.counters)
      if (counter.kind <= CounterKind::Stamps) campaign.resets = counter.name;
    if (campaign.trigger == Trigger::Activated && flag())
      campaign.referrer = ReferrerAward{award(), {}, caps(Period::Day, kPointsMax)};
    campaign.params = params();
    return campaign;
  }
};

}  // namespace tally::test
