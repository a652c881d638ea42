// The order of evaluation, reasons, and what an evaluation leaves behind.
#include <tally/rules/evaluate.h>

#include "support/a_rule_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::rules {
namespace {

using test::a_campaign;
using test::a_line;
using test::basket;
using test::bpts;
using test::date;
using test::days;
using test::funded_by;
using test::given;
using test::in_group;
using test::local;
using test::money;
using test::points;
using test::reason_of;
using test::result_of;
using test::share_of;
using test::Shop;
using test::spend;
using test::utc;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Timestamp kNoon = utc(date(2026, 3, 10), {11});

Shop with(std::vector<Campaign> campaigns) {
  Programme programme = bpts();
  programme.campaigns = std::move(campaigns);
  return Shop(programme);
}

std::vector<std::string> sources(const Awarded& awarded) {
  std::vector<std::string> names;
  for (const RuleResult& result : awarded.results)
    names.push_back(result.source + (result.to_referrer ? "+" : ""));
  return names;
}

Occasion enrolment() {
  Occasion occasion;
  occasion.trigger = Trigger::Enrol;
  occasion.event_time = kNoon;
  occasion.block_time = kNoon;
  return occasion;
}

TEST(Eligible, CountsTaxWhereTheProgrammeDoesOfExcludedLinesToo) {
  Programme programme = bpts();
  programme.earn.excluded_cats = {"gift-card", "tobacco"};
  programme.earn.counts_tax = true;
  const Earn purchase = basket({a_line(1'000, {"food"}, 100), a_line(500, {"x", "tobacco"}, 50),
                                a_line(300, {"gift-card", "tobacco"})},
                               kNoon);

  EXPECT_EQ(eligible_amount(programme, purchase, money(0)), money(1'100));
  programme.earn.counts_tax = false;
  EXPECT_EQ(eligible_amount(programme, purchase, money(0)), money(1'000));
}

TEST(Eligible, IsNeverBelow0) {
  EXPECT_EQ(eligible_amount(bpts(), spend(500, kNoon), money(501)), money(0));
}

TEST(Evaluate, AsksInTheOrderOfGroupPriorityAndIdUngroupedLast) {
  Programme programme = bpts();
  programme.groups = {{"early", 10, GroupMode::Stack}, {"late", 20, GroupMode::Stack}};
  programme.campaigns = {a_campaign("a", "1"), in_group(a_campaign("b", "1"), "late", 1),
                         in_group(a_campaign("c", "1"), "early", 9),
                         in_group(a_campaign("d", "1"), "early", 9),
                         in_group(a_campaign("e", "1"), "early", -1)};
  MemberBefore member;

  const Awarded awarded = Shop(programme).serve(member, spend(100, kNoon));

  EXPECT_THAT(sources(awarded), ElementsAre("base", "e", "c", "d", "b", "a"));
  ASSERT_THAT(awarded.lines, SizeIs(6));
  EXPECT_EQ(awarded.lines[0].campaign, std::nullopt);
  EXPECT_EQ(awarded.lines[1].campaign, 4);
}

TEST(Evaluate, AsksActiveCampaignsOfTheTriggerAlone) {
  Campaign paused = a_campaign("paused", "1");
  paused.state = CampaignState::Paused;
  Campaign ended = a_campaign("ended", "1");
  ended.state = CampaignState::Ended;
  Shop shop = with({paused, ended, a_campaign("sign-up", "1", "", Trigger::Enrol),
                    a_campaign("up", "1", "", Trigger::TierUp), a_campaign("running", "1")});
  MemberBefore member;

  EXPECT_THAT(sources(shop.serve(member, spend(100, kNoon))), ElementsAre("base", "running"));
  EXPECT_THAT(sources(shop.happen(member, enrolment())), ElementsAre("sign-up"));
}

TEST(Evaluate, LetsInByTierMerchantStoreAndChannel) {
  Campaign campaign = a_campaign("listed", "1");
  campaign.tiers = {"GOLD", "SILVER"};
  campaign.merchants = {"grocer"};
  campaign.stores = {"s1", "s2"};
  campaign.channels = {"app"};
  Shop shop = with({campaign});
  MemberBefore silver;
  silver.standing.tier.tier = 1;
  MemberBefore base;
  Earn purchase = spend(100, kNoon);
  purchase.store = "s2";
  purchase.channel = "app";
  Earn elsewhere = purchase;
  elsewhere.store = "s3";
  Earn otherwise = purchase;
  otherwise.channel = "";

  EXPECT_EQ(given(shop.serve(silver, purchase), "listed"), 1);
  EXPECT_EQ(reason_of(shop.serve(base, purchase), "listed"), "NOT_MATCHED");
  EXPECT_EQ(reason_of(shop.serve(silver, elsewhere), "listed"), "NOT_MATCHED");
  EXPECT_EQ(reason_of(shop.serve(silver, otherwise), "listed"), "NOT_MATCHED");
  shop.merchant = "coffee";
  EXPECT_EQ(reason_of(shop.serve(silver, purchase), "listed"), "NOT_MATCHED");
}

TEST(Evaluate, SaysWhyNothingWasGiven) {
  Campaign later = a_campaign("later", "1");
  later.starts = local(date(2026, 4, 1));
  Shop shop = with({a_campaign("unmatched", "1", "tx.total > 100"), a_campaign("nothing", "0 * 1"),
                    a_campaign("negative", "tx.total - 101"), a_campaign("index", "lines[0].net"),
                    a_campaign("guard", "1", "lines[0].net > 0"), later});
  MemberBefore member;

  const Awarded awarded = shop.serve(member, spend(100, kNoon));

  EXPECT_EQ(awarded.outcome, Outcome::Accepted);
  EXPECT_EQ(given(awarded), 1);
  EXPECT_EQ(reason_of(awarded, "unmatched"), "NOT_MATCHED");
  EXPECT_EQ(reason_of(awarded, "nothing"), "NOT_MATCHED");
  EXPECT_EQ(reason_of(awarded, "negative"), "RULE_ERROR");
  EXPECT_EQ(reason_of(awarded, "index"), "RULE_ERROR");
  EXPECT_EQ(reason_of(awarded, "guard"), "RULE_ERROR");
  EXPECT_EQ(reason_of(awarded, "later"), "NOT_IN_SCHEDULE");
}

TEST(Evaluate, ABaseThatFailsIs0AndCampaignsGoOn) {
  Programme programme = bpts();
  programme.earn.base = "lines[0].net";
  programme.campaigns = {a_campaign("ten", "10")};
  MemberBefore member;

  const Awarded awarded = Shop(programme).serve(member, spend(100, kNoon));

  EXPECT_EQ(given(awarded, kBaseSource), 0);
  EXPECT_EQ(reason_of(awarded, kBaseSource), "RULE_ERROR");
  EXPECT_EQ(given(awarded, "ten"), 10);
}

TEST(Evaluate, RefusesOverflowOfAnyRuleAndGivesNothingBack) {
  const RuleSource leaving = "tx.total * 9223372036854775807";
  MemberBefore member;

  EXPECT_EQ(with({a_campaign("a", leaving)}).serve(member, spend(200, kNoon)).outcome,
            Outcome::AmountOverflow);
  EXPECT_EQ(with({a_campaign("a", "1", leaving + " > 0")}).serve(member, spend(200, kNoon)).outcome,
            Outcome::AmountOverflow);
  EXPECT_EQ(with({a_campaign("a", "9007199254740992")}).serve(member, spend(200, kNoon)).outcome,
            Outcome::AmountOverflow);
  const Awarded refused = with({a_campaign("a", leaving)}).serve(member, spend(200, kNoon));
  EXPECT_THAT(refused.lines, IsEmpty());
  EXPECT_THAT(refused.results, IsEmpty());
  EXPECT_GT(refused.cost, 0U);
}

TEST(Evaluate, BonusesSeeTheBaseBeforeItsCaps) {
  Programme programme = bpts();
  programme.earn.cap_points = {{Period::Transaction, 100}};
  Campaign half = a_campaign("half", "muldiv(base.points, 1, 2)");
  half.cap_points = {{Period::Transaction, 100}};
  programme.campaigns = {half};
  MemberBefore member;

  const Awarded awarded = Shop(programme).serve(member, spend(12'000, kNoon));

  EXPECT_EQ(result_of(awarded, "half").asked, points(60));
  EXPECT_EQ(given(awarded, kBaseSource), 100);
  EXPECT_EQ(given(awarded, "half"), 0);
  EXPECT_EQ(reason_of(awarded, "half"), "PROGRAMME_CAP");
}

TEST(Evaluate, WhatTheProgrammeCutsUsesNoBudgetAndNoMemberCap) {
  Programme programme = bpts();
  programme.earn.cap_points = {{Period::Day, 1}};
  Campaign bonus = a_campaign("bonus", "10");
  bonus.cap_times = {{Period::Ever, 1}};
  bonus.budget = Budget{points(100), false};
  programme.campaigns = {bonus};
  Shop shop(programme);
  MemberBefore member;

  ASSERT_EQ(given(shop.serve(member, spend(100, kNoon)), "bonus"), 0);
  EXPECT_EQ(shop.spent_of("bonus"), Points());

  // The next day it is still there, once.
  EXPECT_EQ(given(shop.serve(member, spend(0, kNoon.plus(kDay))), "bonus"), 1);
}

TEST(Evaluate, AMerchantPaysOnlyWhileAQuoteIsInForce) {
  Campaign bonus = funded_by(
      a_campaign("bonus", "300"),
      {share_of(FunderKind::Merchant, "airline", 1, 3), share_of(FunderKind::Issuer, "", 2, 3)});
  bonus.cap_points = {{Period::Ever, 1'000}};
  bonus.budget = Budget{points(1'000), false};
  Shop shop = with(
      {bonus, funded_by(a_campaign("flown", "30"), {share_of(FunderKind::Merchant, "airline")})});
  MemberBefore member;

  const Awarded awarded = shop.serve(member, spend(100, kNoon));

  EXPECT_EQ(given(awarded, "bonus"), 200);  // what the airline leaves goes to nobody
  EXPECT_EQ(reason_of(awarded, "bonus"), "RATE_NOT_AVAILABLE");
  EXPECT_EQ(shop.spent_of("bonus"), points(200));
  ASSERT_THAT(member.standing.caps, SizeIs(1));
  EXPECT_EQ(member.standing.caps[0].points, points(200));
  EXPECT_EQ(given(awarded, "flown"), 0);
  EXPECT_EQ(reason_of(awarded, "flown"), "RATE_NOT_AVAILABLE");
  shop.quotes_in_force = true;
  EXPECT_EQ(given(shop.serve(member, spend(100, kNoon))), 1 + 300 + 30);
}

TEST(Evaluate, APartnerPaysForTheBaseThatItHandsOut) {
  Programme programme = bpts();
  programme.partners = {{"airline", false, points(0)}, {"coffee", true, points(100'000)}};
  Shop shop(programme);
  shop.quotes_in_force = true;
  MemberBefore member;
  const auto funder_at = [&](const std::string& merchant) {
    shop.merchant = merchant;
    return text_of(shop.serve(member, spend(100, kNoon)).lines.at(0).funder);
  };

  EXPECT_EQ(funder_at("grocer"), "issuer");
  EXPECT_EQ(funder_at("coffee"), "issuer");
  EXPECT_EQ(funder_at("airline"), "merchant:airline");
}

TEST(Evaluate, TellsTheFactsAsTheyWereBefore) {
  Programme programme = bpts();
  Shop shop(programme);
  MemberBefore member;
  member.enrolled_at = kNoon.minus(days(5));
  member.standing.segments = {"club", "staff"};
  member.standing.referrer = test::member(9);
  member.standing.purchases = 3;
  member.standing.activations = 2;
  member.standing.last_activity = kNoon.minus(days(2));
  member.standing.tier = {1, 2026, points(1'200), points(7), utc(date(2027, 12, 31), {23}), false};

  const RuleFacts facts = shop.serve(member, spend(500, kNoon), kNoon, money(100)).facts;

  EXPECT_EQ(facts.paid_by_points, money(100));
  EXPECT_EQ(facts.enrolled_at, kNoon.minus(days(5)));
  EXPECT_EQ(facts.tier, 1);
  EXPECT_EQ(facts.qualifying, points(1'200));
  EXPECT_EQ(facts.last_activity, kNoon.minus(days(2)));
  EXPECT_EQ(facts.purchases, 3U);
  EXPECT_EQ(facts.activations, 2U);
  EXPECT_EQ(facts.referrer, test::member(9));
  EXPECT_THAT(facts.segments, ElementsAre("club", "staff"));
  EXPECT_EQ(facts.tier_after, std::nullopt);
}

TEST(Evaluate, CountsQualifyingPointsOfThisYearAlone) {
  Shop shop = with({a_campaign("tqp", "m.tqp")});
  MemberBefore member;
  member.standing.tier.window = 2025;
  member.standing.tier.qualifying = points(900);

  EXPECT_EQ(given(shop.serve(member, spend(100, kNoon)), "tqp"), 0);
  EXPECT_EQ(given(shop.serve(member, spend(100, kNoon)), "tqp"), 1);
}

TEST(Evaluate, MovesTheMembersStanding) {
  Shop shop(bpts());
  MemberBefore member;

  shop.serve(member, spend(12'345, kNoon), kNoon.plus(kHour));

  const Standing& standing = member.standing;
  EXPECT_EQ(standing.purchases, 1U);
  EXPECT_EQ(standing.activations, 1U);
  EXPECT_EQ(standing.last_activity, kNoon.plus(kHour));
  EXPECT_EQ(standing.tier.window, 2026);
  EXPECT_EQ(standing.tier.qualifying, points(123));
  ASSERT_THAT(standing.purchase_days, SizeIs(1));
  EXPECT_EQ(standing.purchase_days[0], (DayCount{days_from_civil(date(2026, 3, 10)), kNoon, 1}));
}

TEST(Evaluate, APendingPurchaseActivatesLater) {
  Programme programme = bpts();
  programme.earn.pending = {false, days(14)};
  Campaign active = a_campaign("active", "5", "", Trigger::Activated);
  active.qualifying = true;
  programme.campaigns = {active, a_campaign("up", "7", "", Trigger::TierUp)};
  Shop shop(programme);
  MemberBefore member;
  const Earn purchase = spend(100'000, kNoon);

  const Awarded earned = shop.serve(member, purchase);
  const Standing between = member.standing;
  const Awarded activated =
      shop.activate(member, purchase, kNoon, kNoon.plus(days(14)), points(1'000));

  EXPECT_THAT(sources(earned), ElementsAre("base"));
  EXPECT_EQ(between.activations, 0U);
  EXPECT_EQ(between.tier.qualifying, Points());
  EXPECT_THAT(sources(activated), ElementsAre("active", "up"));
  EXPECT_EQ(member.standing.activations, 1U);
  EXPECT_EQ(member.standing.purchases, 1U);
  EXPECT_EQ(member.standing.last_activity, kNoon);
  EXPECT_EQ(member.standing.tier.tier, 1);
  EXPECT_EQ(member.standing.tier.qualifying, points(1'005));
}

TEST(Evaluate, OfAFlaggedPurchaseNothingActivates) {
  Programme programme = bpts();
  programme.campaigns = {a_campaign("active", "5", "", Trigger::Activated), a_campaign("now", "7")};
  programme.campaigns[1].qualifying = true;
  Shop shop(programme);
  MemberBefore member;
  const Earn purchase = spend(100'000, kNoon);
  Occasion occasion;
  occasion.event_time = occasion.block_time = kNoon;
  occasion.purchase = &purchase;
  occasion.flagged = true;

  const Awarded awarded = shop.happen(member, occasion);

  EXPECT_THAT(sources(awarded), ElementsAre("base", "now"));
  EXPECT_EQ(member.standing.purchases, 1U);
  EXPECT_EQ(member.standing.activations, 0U);
  EXPECT_EQ(member.standing.tier.qualifying, Points());
}

TEST(Evaluate, PointsThatAreNoPurchasesPostWhatQualifiesAlone) {
  Programme programme = bpts();
  programme.earn.pending = {false, days(14)};
  programme.campaigns = {a_campaign("active", "5", "", Trigger::Activated),
                         a_campaign("up", "7", "", Trigger::TierUp)};
  Shop shop(programme);
  MemberBefore member;
  Occasion occasion;
  occasion.trigger = Trigger::Activated;
  occasion.event_time = occasion.block_time = kNoon;
  occasion.qualifying = points(1'000);

  const Awarded awarded = shop.happen(member, occasion);

  EXPECT_THAT(sources(awarded), ElementsAre("up"));
  EXPECT_EQ(member.standing.tier.tier, 1);
  EXPECT_EQ(member.standing.activations, 0U);
}

TEST(Evaluate, ALineWaitsByItsCampaignsRuleOrTheProgrammes) {
  Programme programme = bpts();
  programme.earn.pending = {false, days(14)};
  Campaign own = a_campaign("own", "5");
  own.pending = Pending{false, days(3)};
  const Campaign other = a_campaign("other", "5");

  EXPECT_EQ(pending_of(programme, nullptr, Trigger::Purchase).span, days(14));
  EXPECT_EQ(pending_of(programme, &other, Trigger::Purchase).span, days(14));
  EXPECT_EQ(pending_of(programme, &own, Trigger::Purchase).span, days(3));
  EXPECT_EQ(pending_of(programme, &own, Trigger::Activated).span, days(3));
  EXPECT_TRUE(is_at_once(pending_of(programme, &other, Trigger::Activated)));
}

TEST(Evaluate, ActivationsTouchOthersByBudgetsReferrersAndOthersPurchases) {
  Programme programme = bpts();
  programme.campaigns = {a_campaign("active", "5", "", Trigger::Activated)};
  EXPECT_FALSE(shares_activations(programme));
  Programme with_budget = programme;
  with_budget.campaigns[0].budget = Budget{points(10), false};
  EXPECT_TRUE(shares_activations(with_budget));
  with_budget.campaigns[0].state = CampaignState::Ended;
  EXPECT_FALSE(shares_activations(with_budget));
  Programme with_referrer = programme;
  with_referrer.campaigns[0].referrer = ReferrerAward{"3", {}, {}};
  EXPECT_TRUE(shares_activations(with_referrer));
  Programme purchases = programme;
  purchases.campaigns[0].trigger = Trigger::Purchase;
  purchases.campaigns[0].budget = Budget{points(10), false};
  EXPECT_FALSE(shares_activations(purchases)) << "charged with the earn";
  Programme asks = programme;
  Counter elsewhere;
  elsewhere.name = "elsewhere";
  elsewhere.kind = CounterKind::DaysSince;
  elsewhere.merchant = "another";
  asks.counters = {elsewhere};
  EXPECT_TRUE(shares_activations(asks));
}

TEST(Evaluate, AnActivationOfALatePurchaseCountsNowhere) {
  Programme programme = bpts();
  programme.earn.pending = {false, days(14)};
  Shop shop(programme);
  MemberBefore member;
  const Earn purchase = spend(100, kNoon.minus(days(3)).minus(Duration(1)));

  shop.activate(member, purchase, kNoon, kNoon.plus(days(14)));

  EXPECT_EQ(member.standing.activations, 0U);
}

TEST(Evaluate, ALineOfItsOwnPendingQualifiesByIt) {
  Programme programme = bpts();
  programme.earn.pending = {false, days(14)};
  Campaign now = a_campaign("now", "1000");
  now.qualifying = true;
  now.pending = Pending{};
  Campaign later = a_campaign("later", "1000");
  later.qualifying = true;
  programme.campaigns = {now, later};
  MemberBefore member;

  Shop(programme).serve(member, spend(100, kNoon));

  EXPECT_EQ(member.standing.tier.qualifying, points(1'000));
  EXPECT_EQ(member.standing.tier.tier, 1);
}

TEST(Evaluate, PostsAllWithTheEarnWhereTheProgrammeSaysSo) {
  Programme programme = bpts();
  programme.earn.pending = {false, days(14)};
  programme.tiers.post = Posting::Earn;
  Campaign bonus = a_campaign("bonus", "10");
  bonus.qualifying = true;
  programme.campaigns = {bonus, a_campaign("plain", "100")};
  MemberBefore member;

  Shop(programme).serve(member, spend(500, kNoon));

  EXPECT_EQ(member.standing.tier.qualifying, points(15));
}

TEST(Evaluate, WhatATierUpGivesMayQualifyButLiftsWithoutAnother) {
  Programme programme = bpts();
  Campaign up = a_campaign("up", "4000", "", Trigger::TierUp);
  up.qualifying = true;
  programme.campaigns = {up};
  MemberBefore member;

  const Awarded awarded = Shop(programme).serve(member, spend(100'000, kNoon));

  EXPECT_EQ(given(awarded, "up"), 4'000);
  EXPECT_EQ(awarded.facts.tier_after, 1);
  EXPECT_EQ(member.standing.tier.tier, 2);
  EXPECT_EQ(member.standing.tier.qualifying, points(5'000));
}

Campaign referral() {
  Campaign campaign = a_campaign("friend", "20", "", Trigger::Activated);
  campaign.cap_times = {{Period::Ever, 1}};
  campaign.budget = Budget{points(60), false};
  campaign.referrer = ReferrerAward{"30", {}, {{Period::Month, 2}}};
  return campaign;
}

TEST(Referrer, IsPaidWithinItsOwnCapsFromTheSameBudget) {
  Shop shop = with({referral()});
  shop.referrer = Standing();
  MemberBefore first;
  MemberBefore second;

  const Awarded one = shop.serve(first, spend(0, kNoon));
  const Awarded paid = shop.serve(first, spend(100, kNoon));
  const Awarded again = shop.serve(first, spend(100, kNoon));
  const Awarded scarce = shop.serve(second, spend(100, kNoon));

  EXPECT_THAT(sources(one), ElementsAre("base"));
  EXPECT_THAT(sources(paid), ElementsAre("base", "friend", "friend+"));
  EXPECT_EQ(given(paid, "friend", true), 30);
  EXPECT_THAT(sources(again), ElementsAre("base", "friend"));  // once for the member, once for both
  EXPECT_EQ(given(scarce, "friend"), 10);
  EXPECT_EQ(given(scarce, "friend", true), 0);
  EXPECT_EQ(shop.spent_of("friend"), points(60));
  ASSERT_THAT(shop.referrer->caps, SizeIs(1));
  EXPECT_EQ(shop.referrer->caps[0].times, 1U);
  EXPECT_TRUE(shop.referrer->caps[0].referrer);
}

TEST(Referrer, IsHeldToTheProgrammesCapsItself) {
  Programme programme = bpts();
  programme.earn.cap_points = {{Period::Day, 40}};
  Campaign campaign = referral();
  campaign.budget = std::nullopt;
  programme.campaigns = {campaign};
  Shop shop(programme);
  shop.referrer = Standing();
  MemberBefore first;
  MemberBefore second;

  EXPECT_EQ(given(shop.serve(first, spend(100, kNoon)), "friend", true), 30);
  EXPECT_EQ(given(shop.serve(second, spend(100, kNoon)), "friend", true), 10);
}

TEST(Referrer, ThatDoesNotExistIsNotAsked) {
  Shop shop = with({referral()});
  MemberBefore member;

  const Awarded awarded = shop.serve(member, spend(100, kNoon));

  EXPECT_THAT(sources(awarded), ElementsAre("base", "friend"));
  EXPECT_FALSE(awarded.referrer.has_value());
}

}  // namespace
}  // namespace tally::rules
