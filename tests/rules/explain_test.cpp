// Explanations follow from a receipt's facts alone, and agree with what was given.
#include <tally/rules/explain.h>

#include "support/explained.h"
#include "support/rules_of_chance.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

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

TEST(Explain, NamesNoDateForPointsThatWait) {
  ExplainingShop shop(bpts());
  MemberBefore of;
  (void)shop.serve(of, spend(1'000, kTuesday));
  Receipt pended = shop.receipt;
  pended.lines.at(0).kind = LineKind::Pended;
  pended.lines.at(0).expires_at = Timestamp::never();
  const Earn purchase = spend(1'000, kTuesday);
  Occasion occasion;
  occasion.event_time = occasion.block_time = kTuesday;
  occasion.purchase = &purchase;

  const ExplainedRule base = rule_of(explain(shop.shop.rules, occasion, pended), "base");

  EXPECT_EQ(base.funders, (std::vector<FundedPoints>{{{}, points(10)}}));
  EXPECT_EQ(base.expires_at, std::nullopt);
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

std::int64_t sum_of(const std::vector<FundedPoints>& funders) {
  std::int64_t sum = 0;
  for (const FundedPoints& part : funders)
    sum += part.points.value();
  return sum;
}

RC_GTEST_PROP(ExplainProperty, EvaluatingAgainGivesWhatTheReceiptSays, ()) {
  ExplainingShop shop(programme_of_chance());
  shop.shop.quotes_in_force = rarely();
  MemberBefore of;
  if (rarely()) {
    of.standing.referrer = member(2);
    shop.shop.referrer.emplace();
  }
  for (int day = 0; day < 6; ++day) {
    const Explanation explained = shop.serve(of, purchase_of_chance(day));

    RC_ASSERT(explained.agrees);
    RC_ASSERT(explained.rules.size() == shop.receipt.rules.size());
    for (std::size_t i = 0; i < explained.rules.size(); ++i) {
      RC_ASSERT(explained.rules[i].result == shop.receipt.rules[i]);
      RC_ASSERT(sum_of(explained.rules[i].funders) == shop.receipt.rules[i].given.value());
    }
  }
}

RC_GTEST_PROP(ExplainProperty, AReceiptThatSaysOtherwiseIsShown, ()) {
  ExplainingShop shop(programme_of_chance());
  shop.shop.quotes_in_force = true;
  MemberBefore of;
  const Earn purchase = purchase_of_chance(0);
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
