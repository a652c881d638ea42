// A programme, a campaign and what rules leave behind, each with all that it can say: for golden
// files, translations and records, where a field that is forgotten must show.
#pragma once

#include <tally/model/rule_result.h>
#include <tally/model/rule_set.h>
#include <tally/model/standing.h>

#include "support/builders.h"

namespace tally::test {

/// No check of rules has passed it: all fields of one campaign do not go together.
[[nodiscard]] inline Campaign a_full_campaign() {
  Campaign c = a_campaign("c13-fly-and-shop", "p.points");
  c.title = "Fly & shop";
  c.trigger = Trigger::Activated;
  c.state = CampaignState::Paused;
  c.starts = LocalTime(1'772'323'200'000);  // 2026-03-01T00:00:00
  c.ends = LocalTime(-1);
  c.tiers = {"SILVER", "GOLD"};
  c.merchants = {"airline"};
  c.stores = {"köln-7"};
  c.channels = {"app", "web"};
  c.group = "offer";
  c.priority = -40;
  c.when = "m.tier == 2\n\t&& tx.eligible >= p.least";
  c.cap_points = {{Period::Transaction, 500}, {Period::Day, 1'000}};
  c.cap_times = {{Period::Month, 3}, {Period::Ever, 10}};
  c.budget = Budget{points(500'000), true};
  c.funders = {{{FunderKind::Merchant, "airline"}, 1, 2},
               {{FunderKind::Brand, "milk"}, 1, 3},
               {{FunderKind::Issuer, ""}, 1, 6}};
  c.expires = ExpiryRule{.kind = ExpiryKind::Rolling,
                         .months = 3,
                         .rounding = MonthRounding::EndOfMonth,
                         .dates = {},
                         .min_days = 0,
                         .grace_days = 0,
                         .reinstate = {}};
  c.pending = Pending{true, Duration(30 * kDay.milliseconds())};
  c.qualifying = true;
  c.resets = "week_streak";
  c.referrer = ReferrerAward{"300", {{Period::Day, 600}}, {{Period::Month, 10}}};
  c.attestor = "grocer-social";
  c.each_step = true;
  c.params = {{"big", true}, {"least", std::int64_t{-1}}, {"name", std::string("own")}};
  return c;
}

/// As above.
[[nodiscard]] inline Programme a_full_programme() {
  Programme p = a_programme("Café Points");
  p.lines = true;
  p.terms_sha256 = fixed_of<Hash>(0x7e);
  p.utc_offsets = {{Timestamp(), 60}, {kStart, -300}};
  p.earn.counts_tax = false;
  p.earn.excluded_cats = {"gift-card", "tobacco"};
  p.earn.pending = {false, Duration(14 * kDay.milliseconds())};
  p.earn.cap_points = {{Period::Transaction, 5'000}, {Period::Day, 10'000}};
  p.expiry = {.kind = ExpiryKind::Fixed,
              .months = 0,
              .rounding = MonthRounding::None,
              .dates = {{2026, 6, 30}, {2026, 12, 31}},
              .min_days = 90,
              .grace_days = 7,
              .reinstate = {10, 30}};
  p.redeem.max_percent = 50;
  p.redeem.mixed = false;
  p.redeem.consent_above = points(500);
  p.redeem.excluded_cats = {"books"};
  p.returns = {Duration(30 * kDay.milliseconds()), Clawback::Unlimited, points(250)};
  p.transfer = {true, points(1), 250, 2, Duration(7 * kDay.milliseconds())};
  p.pool = {true, 5};
  p.exchange = {true, 200};
  p.adjust = {points(2'500)};
  p.velocity = {{VelocityWhat::Earn, Period::Hour, 5, {}, true},
                {VelocityWhat::Redeem, Period::Day, 0, points(5'000), false}};
  p.tiers = {.window = TierWindow::CalendarYear,
             .valid_months = 18,
             .post = Posting::Earn,
             .downgrade = Downgrade::Recompute,
             .grace_days = 30,
             .immediate_on_refund = true,
             .tiers = {{"BASE", {}}, {"SILVER", points(1'000)}, {"GOLD", points(5'000)}}};
  p.partners = {{"coffee", true, points(100'000)}, {"airline", false, {}}};
  p.counters = {
      {"week_streak", CounterKind::Streak, Period::Week, 0, "", Posting::Activation, ""},
      {"coffee_card", CounterKind::Stamps, Period::Day, 10, "", Posting::Earn,
       "lines.exists(l, \"coffee\" in l.cats)"},
      {"days_since_air", CounterKind::DaysSince, Period::Day, 0, "airline", Posting::Earn, ""}};
  p.groups = {{"status", 10, GroupMode::First}, {"offer", 30, GroupMode::Best}};
  p.campaigns = {a_full_campaign(), a_campaign("ten")};
  return p;
}

/// A tree with two texts, one of them twice.
[[nodiscard]] inline Expression an_expression() {
  constexpr std::uint8_t kText = ExpressionNode::kText;
  Expression expression;
  expression.type = ValueType::Int;
  expression.cost = 8;
  expression.nodes = {{18, 4, 7, 0}, {7, 1, 2, -2},    {kText, 0, 1, 0}, {2, 0, 1, 1},
                      {7, 1, 2, 5},  {kText, 0, 1, 1}, {kText, 0, 1, 0}};
  expression.texts = {"own", std::string("a\n\xc3\xbc\0", 5)};
  return expression;
}

/// The full programme, its trees any ones.
[[nodiscard]] inline RuleSet a_full_rule_set() {
  RuleSet rules;
  rules.programme = a_full_programme();
  rules.base = an_expression();
  rules.counters = {Expression(), an_expression(), Expression()};
  rules.campaigns = {{an_expression(), an_expression(), an_expression()},
                     {Expression(), an_expression(), Expression()}};
  rules.order = {1, 0};
  return rules;
}

[[nodiscard]] inline Standing a_full_standing() {
  Standing s;
  s.purchases = 12;
  s.activations = 11;
  s.last_activity = kStart;
  s.referrer = member(9);
  s.tier = {2, 2024, points(1'200), points(900), kStart.plus(kDay), true};
  s.segments = {"founders-2026", "staff"};
  s.caps = {{"", false, Period::Day, 19'723, points(40), 0},
            {"ten", false, Period::Ever, 0, points(30), 3},
            {"ten", true, Period::Month, 648, points(10), 1}};
  s.counters = {{"coffee_card", 0, 7, {}},
                {"visits_30d", 0, 0, {{19'722, kStart.minus(kDay), 2}, {19'723, kStart, 1}}},
                {"week_streak", 19'723, 4, {}}};
  s.purchase_days = {{-1, Timestamp(), 1}, {19'723, kStart, 3}};
  return s;
}

[[nodiscard]] inline std::vector<RuleResult> full_rule_results() {
  return {{"base", Trigger::Purchase, false, RuleReason::Given, points(123), points(kPointsMax),
           points(123), false},
          {"ten", Trigger::Activated, true, RuleReason::Budget, points(10), points(4), points(4),
           true}};
}

[[nodiscard]] inline RuleFacts full_rule_facts() {
  RuleFacts facts;
  facts.programme_version = 2;
  facts.paid_by_points = money(200);
  facts.enrolled_at = kStart;
  facts.tier = 1;
  facts.qualifying = points(700);
  facts.last_activity = kStart.plus(kHour);
  facts.purchases = 5;
  facts.activations = 4;
  facts.referrer = member(9);
  facts.segments = {"founders-2026", "staff"};
  facts.counters = {{3, false}, {0, true}, {std::nullopt, false}};
  facts.counters_activated = {{-3, true}};
  facts.tier_after = 2;
  return facts;
}

}  // namespace tally::test
