// Explanations follow from a receipt's facts alone, and agree with what was given.
#include <tally/rules/explain.h>

#include "support/explained.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

namespace tally::rules {
namespace {

using namespace tally::test;

const Timestamp kTuesday = utc(date(2026, 3, 3), {15, 30});  // 16:30 local

FactRead number(std::string name, std::int64_t value) {
  return {std::move(name), value, {}};
}

TEST(Explain, TellsTheArithmeticOfWhatCounts) {
  Programme programme = bpts();
  programme.earn.excluded_cats = {"gift-card"};
  ExplainingShop shop(programme);
  MemberBefore of;
  const Earn purchase = basket({a_line(7'000, {}, 2'000), a_line(3'000, {"gift-card"})}, kTuesday);

  const Explanation explained = shop.serve(of, purchase, money(1'000));

  EXPECT_EQ(explained.eligible, (EligibleAmount{money(12'000), money(2'000), money(3'000),
                                                money(1'000), money(6'000)}));
  const ExplainedRule base = rule_of(explained, "base");
  EXPECT_EQ(base.award.value, 60);
  EXPECT_EQ(base.award.rate, (PlainRate{PlainRate::Of::Eligible, 1, 100}));
  EXPECT_EQ(base.award.reads, std::vector{number("tx.eligible", 6'000)});
  EXPECT_EQ(base.funders, (std::vector<FundedPoints>{{{}, points(60)}}));
  EXPECT_EQ(base.last_day, date(2027, 3, 31));
  EXPECT_TRUE(explained.agrees);
}

TEST(Explain, NamesEveryConditionThatKeptACampaignOut) {
  Programme programme = bpts();
  Campaign campaign = a_campaign("all", "10", "m.purchases_total == 3");
  campaign.starts = local(date(2026, 3, 4));
  campaign.tiers = {"GOLD"};
  campaign.merchants = {"butcher"};
  campaign.stores = {"north"};
  campaign.channels = {"web"};
  programme.campaigns = {campaign};
  ExplainingShop shop(programme);
  MemberBefore of;

  const Explanation explained = shop.serve(of, spend(1'000, kTuesday));

  const ExplainedRule rule = rule_of(explained, "all");
  EXPECT_EQ(rule.failed, (std::vector{Condition::Schedule, Condition::Tier, Condition::Merchant,
                                      Condition::Store, Condition::Channel, Condition::When}));
  EXPECT_EQ(rule.result.reason, RuleReason::NotInSchedule);
  EXPECT_EQ(rule.tier, (NamedTier{0, "BASE"}));
  EXPECT_EQ(rule.when.value().value, 0);
  EXPECT_EQ(rule.when.value().reads, std::vector{number("m.purchases_total", 0)});
  EXPECT_EQ(rule.award.value, std::nullopt);
  EXPECT_TRUE(explained.agrees);
}

TEST(Explain, NamesTheKeyThatShouldHaveSigned) {
  Programme programme = bpts();
  Campaign campaign = a_campaign("share", "50", "", Trigger::Attested);
  campaign.attestor = "social";
  programme.campaigns = {campaign};
  ExplainingShop shop(programme);
  MemberBefore of;
  Occasion occasion;
  occasion.trigger = Trigger::Attested;
  occasion.event_time = occasion.block_time = kTuesday;
  occasion.ref = "share:1";
  occasion.signed_by = "till-3";

  const Explanation explained = shop.happen(of, occasion);

  EXPECT_EQ(rule_of(explained, "share").failed, std::vector{Condition::Attestor});
  EXPECT_EQ(explained.signed_by, "till-3");
  EXPECT_FALSE(explained.eligible.has_value());
  EXPECT_TRUE(explained.agrees);
}

TEST(Explain, ShowsFactsOfEveryKindInTheOrderOfTheText) {
  Programme programme = bpts();
  programme.counters = {
      {"card", CounterKind::Stamps, Period::Day, 10, "", Posting::Earn, ""},
      {"air", CounterKind::DaysSince, Period::Day, 0, "airline", Posting::Earn, ""}};
  Campaign campaign = a_campaign(
      "facts", "p.points + base.points",
      R"(tx.store == "north" && "vip" in m.segs && !has(c.air) && !has(m.last_activity_at) && )"
      "!c.card_full && c.card == 1 && p.on && hour(tx.event_time) == 16 && "
      R"(lines.exists(l, l.brand == "own"))");
  campaign.params = {{"on", true}, {"points", std::int64_t{7}}};
  programme.campaigns = {campaign};
  ExplainingShop shop(programme);
  MemberBefore of;
  of.standing.segments = {"student", "vip"};
  BasketLine line = a_line(500);
  line.brand = "own";
  Earn purchase = basket({line}, kTuesday);
  purchase.store = "north";

  const ExplainedRule rule = rule_of(shop.serve(of, purchase), "facts");

  const FactRead moment{"tx.event_time", static_cast<std::int64_t>(kTuesday.milliseconds()),
                        local(date(2026, 3, 3), {16, 30})};
  const std::vector<FactRead> expected = {
      {"tx.store", std::string("north"), {}},
      {"m.segs", std::vector<std::string>{"student", "vip"}, {}},
      {"c.air", std::monostate(), {}},
      {"m.last_activity_at", std::monostate(), {}},
      {"c.card_full", false, {}},
      number("c.card", 1),
      {"p.on", true, {}},
      moment,
      number("size(lines)", 1)};
  ASSERT_TRUE(rule.when.has_value());
  EXPECT_EQ(rule.when->reads, expected);
  EXPECT_EQ(rule.award.reads, (std::vector{number("p.points", 7), number("base.points", 5)}));
  EXPECT_EQ(rule.result.given, points(12));
  EXPECT_TRUE(rule.agrees);
}

TEST(Explain, NamesTheLimitThatCut) {
  Programme programme = bpts();
  Campaign happy = a_campaign("happy", "base.points");
  happy.cap_points = {{Period::Day, 100}, {Period::Month, 5'000}};
  Campaign once = a_campaign("once", "5");
  once.cap_times = {{Period::Ever, 1}};
  programme.campaigns = {happy, once};
  ExplainingShop shop(programme);
  MemberBefore of;
  (void)shop.serve(of, spend(4'000, kTuesday));

  const Explanation explained = shop.serve(of, spend(10'000, kTuesday));

  const ExplainedRule rule = rule_of(explained, "happy");
  EXPECT_EQ(rule.result.asked, points(100));
  EXPECT_EQ(rule.result.given, points(60));
  EXPECT_EQ(rule.binding, (std::vector<BindingCap>{{{Period::Day, 100}, false},
                                                   {{Period::Month, 5'000}, false}}));
  EXPECT_EQ(rule_of(explained, "once").binding,
            (std::vector<BindingCap>{{{Period::Ever, 1}, true}}));
  EXPECT_TRUE(explained.agrees);
}

TEST(Explain, NamesTheOneThatAGroupChose) {
  Programme programme = bpts();
  programme.groups = {{"offer", 1, GroupMode::Best}};
  programme.campaigns = {in_group(a_campaign("big", "20"), "offer", 2),
                         in_group(a_campaign("small", "10"), "offer", 1)};
  ExplainingShop shop(programme);
  MemberBefore of;

  const Explanation explained = shop.serve(of, spend(1'000, kTuesday));

  EXPECT_EQ(rule_of(explained, "small").chosen, "big");
  EXPECT_EQ(rule_of(explained, "small").group_mode, GroupMode::Best);
  EXPECT_EQ(rule_of(explained, "big").chosen, "");
  EXPECT_TRUE(explained.agrees);
}

TEST(Explain, SharesLinesOutToFundersAndReferrers) {
  Programme programme = bpts();
  Campaign campaign = funded_by(a_campaign("bring", "11", "", Trigger::Activated),
                                {share_of(FunderKind::Brand, "milk", 1, 2), {{}, 1, 2}});
  campaign.referrer = ReferrerAward{"3", {}, {}};
  programme.campaigns = {campaign};
  ExplainingShop shop(programme);
  shop.shop.referrer.emplace();
  MemberBefore of;
  of.standing.referrer = member(2);

  const Explanation explained = shop.serve(of, spend(1'000, kTuesday));

  EXPECT_EQ(rule_of(explained, "bring").funders,
            (std::vector<FundedPoints>{{{FunderKind::Brand, "milk"}, points(6)}, {{}, points(5)}}));
  const ExplainedRule other = rule_of(explained, "bring", true);
  EXPECT_EQ(other.result.given, points(3));
  EXPECT_EQ(other.award.source, "3");
  EXPECT_EQ(other.funders.size(), 2U);
  EXPECT_TRUE(explained.agrees);
}

TEST(Explain, SeesEachStepOfATierOnTheWay) {
  Programme programme = bpts();
  Campaign step = a_campaign("step", "m.tier * 100 + m.tier_before", "", Trigger::TierUp);
  step.each_step = true;
  programme.campaigns = {step};
  ExplainingShop shop(programme);
  MemberBefore of;

  const Explanation explained = shop.serve(of, spend(600'000, kTuesday));

  ASSERT_EQ(explained.rules.size(), 3U);
  EXPECT_EQ(explained.rules[1].award.value, 100);
  EXPECT_EQ(explained.rules[2].award.value, 201);
  EXPECT_EQ(explained.tier_before, (NamedTier{0, "BASE"}));
  EXPECT_EQ(explained.tier_after, (NamedTier{2, "GOLD"}));
  EXPECT_TRUE(explained.agrees);
}

TEST(Explain, TellsARefusalAndNothingElse) {
  ExplainingShop shop(bpts());
  Receipt refused;
  refused.outcome = Outcome::UnknownMember;
  const Earn purchase = spend(1'000, kTuesday);
  Occasion occasion;
  occasion.purchase = &purchase;

  const Explanation explained = explain(shop.shop.rules, occasion, refused);

  EXPECT_EQ(explained.outcome, Outcome::UnknownMember);
  EXPECT_TRUE(explained.rules.empty());
}

/// What rules of every kind may look like; some fail, some never match, some give too much.
constexpr std::array kConditions = {"",
                                    "m.purchases_total >= 2",
                                    "tx.eligible > 2000",
                                    "m.tier == 1",
                                    "has(m.last_activity_at)",
                                    "[1, 2][m.purchases_total] == 2",
                                    "c.card_full || c.streak >= 2"};
constexpr std::array kAwards = {"10",
                                "base.points",
                                "muldiv(tx.eligible, 3, 200)",
                                "m.purchases_total - 2",
                                "muldiv(7, 1, m.tier)",
                                "0"};
constexpr std::array kLaterConditions = {"", "m.activations_total >= 2", "m.tier >= 1",
                                         "c.card == 0"};
constexpr std::array kLaterAwards = {"5", "m.tier * 50", "m.activations_total - 1"};

constexpr std::array kPeriods = {Period::Transaction, Period::Day, Period::Week, Period::Year,
                                 Period::Ever};

int up_to(int n) {
  return *rc::gen::inRange(0, n);
}
bool rarely() {
  return up_to(4) == 0;
}

void limit_somehow(Campaign& campaign) {
  const Period period = kPeriods.at(static_cast<std::size_t>(up_to(5)));
  if (rarely()) campaign.cap_points = {{period, static_cast<std::uint64_t>(up_to(40)) + 1}};
  if (rarely() && period != Period::Transaction) campaign.cap_times = {{period, 2}};
  if (rarely()) campaign.budget = Budget{points(up_to(60) + 1), rarely()};
  if (rarely()) campaign.tiers = {"SILVER", "GOLD"};
  if (rarely()) campaign.starts = local(date(2026, 3, 5));
  if (rarely()) campaign.ends = local(date(2026, 3, 6));
  if (rarely()) campaign.stores = {"north"};
  if (rarely())
    campaign.funders = {share_of(FunderKind::Brand, "milk", 1, 3),
                        share_of(FunderKind::Merchant, "airline", 2, 3)};
  if (rarely() && campaign.trigger == Trigger::Activated)
    campaign.referrer = ReferrerAward{"4", {{Period::Day, 6}}, {}};
  campaign.qualifying = rarely();
  campaign.group = rarely() ? "" : up_to(2) == 0 ? "best" : "first";
  campaign.priority = up_to(3);
}

Programme random_programme() {
  Programme programme = bpts();
  programme.tiers.tiers = {{"BASE", points(0)}, {"SILVER", points(50)}, {"GOLD", points(120)}};
  programme.groups = {{"best", 1, GroupMode::Best}, {"first", 2, GroupMode::First}};
  programme.counters = {
      {"card", CounterKind::Stamps, Period::Day, 3, "",
       rarely() ? Posting::Activation : Posting::Earn, ""},
      {"streak", CounterKind::Streak, Period::Day, 0, "", Posting::Earn, "tx.eligible > 500"}};
  if (rarely()) programme.earn.cap_points = {{Period::Day, 100}};
  const int campaigns = up_to(8);
  for (int i = 0; i < campaigns; ++i) {
    const std::string id = "campaign-" + std::to_string(i);
    Campaign campaign = up_to(3) > 0
                            ? a_campaign(id, kAwards.at(static_cast<std::size_t>(up_to(6))),
                                         kConditions.at(static_cast<std::size_t>(up_to(7))))
                            : a_campaign(id, kLaterAwards.at(static_cast<std::size_t>(up_to(3))),
                                         kLaterConditions.at(static_cast<std::size_t>(up_to(4))),
                                         rarely() ? Trigger::TierUp : Trigger::Activated);
    limit_somehow(campaign);
    campaign.each_step = campaign.trigger == Trigger::TierUp && rarely();
    programme.campaigns.push_back(campaign);
  }
  return programme;
}

Earn random_purchase(int day) {
  Earn purchase = spend(up_to(6'000), utc(date(2026, 3, 3 + day), {up_to(24)}));
  if (rarely()) purchase.store = "north";
  return purchase;
}

std::int64_t sum_of(const std::vector<FundedPoints>& funders) {
  std::int64_t sum = 0;
  for (const FundedPoints& part : funders)
    sum += part.points.value();
  return sum;
}

RC_GTEST_PROP(ExplainProperty, EvaluatingAgainGivesWhatTheReceiptSays, ()) {
  ExplainingShop shop(random_programme());
  shop.shop.quotes_in_force = rarely();
  MemberBefore of;
  if (rarely()) {
    of.standing.referrer = member(2);
    shop.shop.referrer.emplace();
  }
  for (int day = 0; day < 6; ++day) {
    const Explanation explained = shop.serve(of, random_purchase(day));

    RC_ASSERT(explained.agrees);
    RC_ASSERT(explained.rules.size() == shop.receipt.rules.size());
    for (std::size_t i = 0; i < explained.rules.size(); ++i) {
      RC_ASSERT(explained.rules[i].result == shop.receipt.rules[i]);
      RC_ASSERT(sum_of(explained.rules[i].funders) == shop.receipt.rules[i].given.value());
    }
  }
}

RC_GTEST_PROP(ExplainProperty, AReceiptThatSaysOtherwiseIsShown, ()) {
  ExplainingShop shop(random_programme());
  shop.shop.quotes_in_force = true;
  MemberBefore of;
  const Earn purchase = random_purchase(0);
  (void)shop.serve(of, purchase);
  Receipt forged = shop.receipt;
  RuleResult& rule =
      forged.rules.at(static_cast<std::size_t>(up_to(static_cast<int>(forged.rules.size()))));
  rule.asked = checked_add(rule.asked, points(1)).value();
  Occasion occasion;
  occasion.event_time = occasion.block_time = purchase.event_time;
  occasion.purchase = &purchase;
  occasion.merchant = shop.shop.merchant;

  RC_ASSERT(!explain(shop.shop.rules, occasion, forged).agrees);
}

}  // namespace
}  // namespace tally::rules
