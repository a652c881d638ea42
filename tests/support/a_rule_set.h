// Rule sets from sources, the programme of the worked vectors, and a shop that serves members.
//
//   Shop shop(bpts());
//   MemberBefore member;
//   const Awarded awarded = shop.serve(member, spend(1199, at), at);
//   EXPECT_EQ(given(awarded, "base"), 11);
#pragma once

#include <tally/rules/evaluate.h>
#include <tally/rules/programme.h>

#include "support/values.h"

#include <algorithm>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace tally::test {

using rules::Awarded;
using rules::MemberBefore;
using rules::Occasion;
using rules::OtherMerchant;

struct ClockTime {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
};

[[nodiscard]] inline CivilDate date(int year, int month, int day) {
  return {year, static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
}

[[nodiscard]] inline std::int64_t milliseconds(CivilDate day, ClockTime at) {
  return days_from_civil(day) * 86'400'000 +
         ((at.hour * 60 + at.minute) * std::int64_t{60} + at.second) * 1'000 + at.millisecond;
}

[[nodiscard]] inline Timestamp utc(CivilDate day, ClockTime at = {}) {
  return Timestamp(static_cast<std::uint64_t>(milliseconds(day, at)));
}

[[nodiscard]] inline LocalTime local(CivilDate day, ClockTime at = {}) {
  return LocalTime(milliseconds(day, at));
}

[[nodiscard]] inline Duration days(std::uint64_t n) {
  return Duration(n * kDay.milliseconds());
}

/// The fixture of design/loyalty-vectors.md, without its tiers' campaigns: 1 point per 1.00 EUR.
[[nodiscard]] inline Programme bpts() {
  Programme programme;
  programme.id = "bpts";
  programme.merchant = "grocer";
  programme.name = "Bright Points";
  programme.currency = currency("EUR");
  programme.lines = true;
  programme.offline_window = days(3);
  programme.utc_offsets = {{utc(date(2025, 10, 26), {1}), 60},
                           {utc(date(2026, 3, 29), {1}), 120},
                           {utc(date(2026, 10, 25), {1}), 60}};
  programme.earn.base = "muldiv(tx.eligible, 1, 100)";
  programme.redeem.price_points = points(1);
  programme.redeem.price_money = money(1);
  programme.redeem.minimum = points(1);
  programme.redeem.step = points(1);
  programme.redeem.consent_above = points(kPointsMax);
  programme.hold = {Duration(900'000), days(7)};
  programme.returns.window = days(90);
  programme.returns.debt_limit = Points();
  programme.expiry.kind = ExpiryKind::Rolling;
  programme.expiry.months = 12;
  programme.expiry.rounding = MonthRounding::EndOfMonth;
  programme.tiers.tiers = {{"BASE", points(0)}, {"SILVER", points(1'000)}, {"GOLD", points(5'000)}};
  return programme;
}

[[nodiscard]] inline Campaign a_campaign(std::string id, RuleSource award, RuleSource when = "",
                                         Trigger trigger = Trigger::Purchase) {
  Campaign campaign;
  campaign.id = std::move(id);
  campaign.trigger = trigger;
  campaign.when = std::move(when);
  campaign.award = std::move(award);
  campaign.funders = {FunderShare{}};
  return campaign;
}

[[nodiscard]] inline Campaign in_group(Campaign campaign, std::string group,
                                       std::int32_t priority) {
  campaign.group = std::move(group);
  campaign.priority = priority;
  return campaign;
}

[[nodiscard]] inline Campaign funded_by(Campaign campaign, std::vector<FunderShare> funders) {
  campaign.funders = std::move(funders);
  return campaign;
}

[[nodiscard]] inline FunderShare share_of(FunderKind kind, std::string name,
                                          std::uint32_t numerator = 1,
                                          std::uint32_t denominator = 1) {
  return {{kind, std::move(name)}, numerator, denominator};
}

/// As publication makes it. Campaigns may stand in any order: here they are sorted.
/// REQUIRES: no mistakes
[[nodiscard]] inline RuleSet rule_set(Programme programme) {
  std::sort(programme.campaigns.begin(), programme.campaigns.end(),
            [](const Campaign& a, const Campaign& b) { return a.id < b.id; });
  auto compiled = rules::compile(programme);
  if (!compiled.has_value())
    for (const rules::Mistake& mistake : compiled.error())
      std::cerr << mistake.field << ": " << name_of(mistake.reason) << ", got " << mistake.got
                << ", expected " << mistake.expected << "\n";
  CHECK(compiled.has_value());
  return std::move(*compiled);
}

/// `cents` at the till, without lines.
[[nodiscard]] inline Earn spend(std::int64_t cents, Timestamp at) {
  Earn purchase;
  purchase.currency = currency("EUR");
  purchase.total = money(cents);
  purchase.event_time = at;
  return purchase;
}

[[nodiscard]] inline BasketLine a_line(std::int64_t net, std::vector<std::string> cats = {},
                                       std::int64_t tax = 0) {
  BasketLine line;
  line.cats = std::move(cats);
  line.net = money(net);
  line.tax = money(tax);
  return line;
}

[[nodiscard]] inline Earn basket(std::vector<BasketLine> lines, Timestamp at) {
  Earn purchase = spend(0, at);
  for (const BasketLine& line : lines) {
    purchase.tax = money(purchase.tax.minor_units() + line.tax.minor_units());
    purchase.total =
        money(purchase.total.minor_units() + line.net.minor_units() + line.tax.minor_units());
  }
  purchase.lines = std::move(lines);
  return purchase;
}

/// A shop of the programme's merchant. What it gives stays given: standings move, budgets fill.
class Shop {
 public:
  explicit Shop(Programme programme)
      : rules(rule_set(std::move(programme))), merchant(rules.programme.merchant) {
    spent.resize(rules.programme.campaigns.size());
  }

  /// A purchase in a block of time `block_time`.
  Awarded serve(MemberBefore& member, const Earn& purchase, Timestamp block_time,
                Money paid_by_points = {}) {
    Occasion occasion;
    occasion.event_time = purchase.event_time;
    occasion.block_time = block_time;
    occasion.purchase = &purchase;
    occasion.paid_by_points = paid_by_points;
    return happen(member, occasion);
  }
  Awarded serve(MemberBefore& member, const Earn& purchase) {
    return serve(member, purchase, purchase.event_time);
  }

  /// What was pending of `purchase`, which was earned in a block of time `earned_at`.
  Awarded activate(MemberBefore& member, const Earn& purchase, Timestamp earned_at,
                   Timestamp block_time, Points qualifying = {}) {
    Occasion occasion;
    occasion.trigger = Trigger::Activated;
    occasion.event_time = purchase.event_time;
    occasion.block_time = block_time;
    occasion.earned_at = earned_at;
    occasion.purchase = &purchase;
    occasion.qualifying = qualifying;
    return happen(member, occasion);
  }

  Awarded happen(MemberBefore& member, Occasion occasion) {
    occasion.merchant = merchant;
    occasion.quotes_in_force = quotes_in_force;
    occasion.others = others;
    occasion.spent = spent;
    Awarded awarded = occasion.trigger == Trigger::Activated
                          ? rules::evaluate_activation(rules, occasion, member, referrer)
                          : rules::evaluate(rules, occasion, member, referrer);
    if (awarded.outcome != Outcome::Accepted) return awarded;
    member.standing = awarded.standing;
    if (awarded.referrer) referrer = awarded.referrer;
    for (const rules::BudgetCharge& charge : awarded.charges)
      spent[charge.campaign] = checked_add(spent[charge.campaign], charge.points).value();
    return awarded;
  }

  [[nodiscard]] Points& spent_of(const std::string& campaign) {
    for (std::size_t i = 0; i < spent.size(); ++i)
      if (rules.programme.campaigns[i].id == campaign) return spent[i];
    CHECK(false);
  }

  RuleSet rules;
  std::string merchant;
  bool quotes_in_force = false;
  std::vector<OtherMerchant> others;
  std::vector<Points> spent;
  std::optional<Standing> referrer;
};

/// Whether a record holds it, and gives it back as it was.
[[nodiscard]] inline bool survives_its_record(const Standing& standing) {
  codec::Writer out;
  encode(out, standing);
  const Bytes bytes = std::move(out).take();
  codec::Reader in(bytes);
  Standing decoded;
  decode(in, decoded);
  return in.finish("standing").ok() && decoded == standing;
}

/// Points of all lines of `source` to the member, whoever funds them.
[[nodiscard]] inline std::int64_t given(const Awarded& awarded, std::string_view source,
                                        bool to_referrer = false) {
  std::int64_t sum = 0;
  for (const rules::AwardLine& line : awarded.lines)
    if (line.source == source && line.to_referrer == to_referrer) sum += line.points.value();
  return sum;
}

/// All points to the member.
[[nodiscard]] inline std::int64_t given(const Awarded& awarded) {
  std::int64_t sum = 0;
  for (const rules::AwardLine& line : awarded.lines)
    if (!line.to_referrer) sum += line.points.value();
  return sum;
}

/// The last result of `source`. REQUIRES: it was asked.
[[nodiscard]] inline RuleResult result_of(const Awarded& awarded, std::string_view source) {
  const auto found = std::find_if(
      awarded.results.rbegin(), awarded.results.rend(),
      [&](const RuleResult& result) { return result.source == source && !result.to_referrer; });
  CHECK(found != awarded.results.rend());
  return *found;
}

/// "NOT_MATCHED"
[[nodiscard]] inline std::string reason_of(const Awarded& awarded, std::string_view source) {
  return std::string(name_of(result_of(awarded, source).reason));
}

}  // namespace tally::test
