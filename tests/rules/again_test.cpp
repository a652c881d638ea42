// What remains of a purchase, evaluated again (design/loyalty.md §9): the vectors' arithmetic.
#include <tally/rules/evaluate.h>

#include "support/returned.h"
#include "support/rules_of_chance.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally::rules {
namespace {

using namespace tally::test;

const Timestamp kTuesday = utc(date(2026, 3, 3), {15, 30});

Campaign bonus_from(std::int64_t cents, std::string award) {
  return a_campaign("bonus", std::move(award), "tx.eligible >= " + std::to_string(cents));
}

Programme with(std::vector<Campaign> campaigns) {
  Programme programme = bpts();
  programme.campaigns = std::move(campaigns);
  return programme;
}

TEST(Again, P04_TakesWhatTheSmallerBasketNoLongerGives) {
  Programme programme = bpts();
  programme.earn.base = "muldiv(tx.eligible, 1, 300)";
  ReturningShop shop(programme);
  shop.serve(spend(1'000, kTuesday));

  EXPECT_EQ(shop.left(100), 3);
  EXPECT_EQ(shop.left(200), 2);
  EXPECT_EQ(shop.left(1'000), 0);
}

TEST(Again, R09_CountsByTheTierOfThen) {
  Campaign tier_bonus = a_campaign("tier-bonus", "muldiv(base.points, 1, 2)");
  tier_bonus.tiers = {"GOLD"};
  ReturningShop shop(with({tier_bonus}));
  shop.member.standing.tier.tier = 2;
  shop.serve(spend(10'000, kTuesday));
  ASSERT_EQ(shop.given(), 150);
  shop.member.standing.tier.tier = 0;

  EXPECT_EQ(shop.left(4'000), 90);
}

TEST(Again, R10_TakesABonusWhoseConditionFails) {
  ReturningShop shop(with({bonus_from(5'000, "500")}));
  shop.serve(spend(5'500, kTuesday));
  ASSERT_EQ(shop.given(), 555);

  EXPECT_EQ(shop.left(500), 550);
  EXPECT_EQ(shop.left(1'000), 45);
}

TEST(Again, R13_GivesAtMostTheHeadroomOfThen) {
  Programme programme = bpts();
  programme.earn.cap_points = {{Period::Transaction, 500}};
  ReturningShop shop(programme);
  shop.serve(spend(81'200, kTuesday));
  ASSERT_EQ(shop.given(), 500);

  EXPECT_EQ(shop.left(30'000), 500);
  EXPECT_EQ(shop.left(40'000), 412);
}

TEST(Again, B04_GivesBackNoMoreThanTheBudgetGave) {
  Campaign bonus = bonus_from(100, "150");
  bonus.budget = Budget{points(200), false};
  ReturningShop shop(with({bonus}));
  shop.serve(spend(1'000, kTuesday));
  shop.serve(spend(1'000, kTuesday));
  ASSERT_EQ(shop.given(), 10 + 50);

  EXPECT_EQ(shop.left(500), 5 + 50);
  EXPECT_EQ(shop.left(1'000), 0);
}

TEST(Again, Ti10_LeavesWhatATierBroughtToTheTier) {
  ReturningShop shop(with({a_campaign("welcome", "500", "", Trigger::TierUp)}));
  shop.serve(spend(500'000, kTuesday));
  ASSERT_EQ(shop.given(), 5'500);

  const AgainEvaluated again = shop.again(of_total(500'000));

  ASSERT_EQ(again.lines.size(), 2U);
  EXPECT_EQ(again.lines[0], (AgainLine{points(0), 0}));
  EXPECT_EQ(again.lines[1], (AgainLine{points(500), 2}));
}

TEST(Again, NamesTheTierOfEachStep) {
  Campaign step = a_campaign("step", "100", "", Trigger::TierUp);
  step.each_step = true;
  ReturningShop shop(with({step}));
  shop.serve(spend(600'000, kTuesday));

  const AgainEvaluated again = shop.again(of_total(600'000));

  ASSERT_EQ(again.lines.size(), 3U);
  EXPECT_EQ(again.lines[1].tier, 1);
  EXPECT_EQ(again.lines[2].tier, 2);
}

TEST(Again, CountsByTheVisitsOfThen) {
  Programme programme =
      with({a_campaign("third", "30", "c.visits == 3"), a_campaign("full", "7", "c.card_full")});
  programme.counters = {{"visits", CounterKind::Visits, Period::Day, 30, "", Posting::Earn, ""},
                        {"card", CounterKind::Stamps, Period::Day, 3, "", Posting::Activation, ""}};
  programme.campaigns[1].trigger = Trigger::Activated;
  ReturningShop shop(programme);
  for (int i = 0; i < 3; ++i)
    shop.serve(spend(1'000, kTuesday));
  const Receipt third = shop.receipt;
  ASSERT_EQ(shop.given(), 47);
  const Earn purchase = shop.purchase;
  shop.serve(spend(1'000, kTuesday));  // the counters go on
  shop.receipt = third;
  shop.purchase = purchase;

  EXPECT_EQ(shop.left(100), 9 + 30 + 7);
}

TEST(Again, SplitsAmongFundersAgain) {
  ReturningShop shop(with({funded_by(a_campaign("split", "base.points"),
                                     {share_of(FunderKind::Brand, "milk", 1, 2), {{}, 1, 2}})}));
  shop.serve(spend(1'100, kTuesday));

  const AgainEvaluated again = shop.again(of_total(200));

  ASSERT_EQ(again.lines.size(), 3U);
  EXPECT_EQ(again.lines[1].points, points(5));  // of 9; it was 6 of 11
  EXPECT_EQ(again.lines[2].points, points(4));
}

TEST(Again, FindsTheLinesThatAFunderLeftOut) {
  ReturningShop shop(with({funded_by(
      a_campaign("split", "base.points"),
      {share_of(FunderKind::Merchant, "airline", 1, 2), {{FunderKind::Brand, "milk"}, 1, 2}})}));
  shop.serve(spend(1'000, kTuesday));
  ASSERT_EQ(shop.given(), 15);  // no quote is in force: the airline's part is not given

  EXPECT_EQ(shop.left(400), 6 + 3);
}

TEST(Again, TakesTheReferrersWithTheMembers) {
  Campaign bring = a_campaign("bring", "200", "tx.total >= 2500", Trigger::Activated);
  bring.referrer = ReferrerAward{"300", {}, {}};
  ReturningShop shop(with({bring}));
  shop.member.standing.referrer = member(2);
  shop.shop.referrer.emplace();
  shop.serve(spend(3'000, kTuesday));
  ASSERT_EQ(shop.given(), 30 + 200 + 300);

  EXPECT_EQ(shop.left(500), 25 + 200 + 300);
  EXPECT_EQ(shop.left(501), 24);
}

TEST(Again, LeavesLinesOutThatCameBack) {
  Programme programme = bpts();
  programme.earn.base = "lines.sum(l, true, muldiv(l.net, 1, 100))";
  programme.earn.excluded_cats = {"gift-card"};
  ReturningShop shop(programme);
  shop.serve(basket({a_line(460), a_line(460), a_line(3'000, {"gift-card"})}, kTuesday));
  const std::vector<ReturnedLine> first = {{0, 1, money(460), Money()}};
  const std::vector<ReturnedLine> half = {{0, 1, money(230), Money()}};

  EXPECT_EQ(points_of(shop.again({money(460), {}, {}, first})), 34);
  // Its price came down: a line of no pieces, but of money.
  EXPECT_EQ(points_of(shop.again({money(230), {}, {}, half})), 2 + 4 + 30);
}

TEST(Again, CountsWhatPointsPaidOfTheRest) {
  ReturningShop shop(bpts());
  shop.serve(spend(8'000, kTuesday), money(3'000));
  ASSERT_EQ(shop.given(), 50);

  EXPECT_EQ(shop.left(2'667, money(1'000)), 33);
}

TEST(Again, RefusesMoreThanThereWas) {
  const Earn totals = spend(1'000, kTuesday);
  const Earn lines = basket({a_line(500, {}, 100), a_line(300)}, kTuesday);
  const auto fits = [](const Earn& purchase, Money total, std::vector<ReturnedLine> of) {
    return remaining_of(purchase, {total, {}, {}, of}).has_value();
  };

  EXPECT_TRUE(fits(totals, money(1'000), {}));
  EXPECT_FALSE(fits(totals, money(1'001), {}));
  EXPECT_FALSE(remaining_of(totals, {money(10), money(1), {}, {}}).has_value());
  EXPECT_FALSE(remaining_of(totals, {money(10), {}, money(1), {}}).has_value());
  EXPECT_FALSE(fits(totals, money(10), {{0, 1, money(10), {}}}));
  EXPECT_FALSE(fits(lines, money(10), {}));
  EXPECT_TRUE(fits(lines, money(300), {{1, 1, money(300), {}}}));
  EXPECT_FALSE(fits(lines, money(300), {{1, 2, money(300), {}}}));
  EXPECT_FALSE(fits(lines, money(301), {{1, 1, money(301), {}}}));
  EXPECT_FALSE(fits(lines, money(300), {{1, 1, money(299), money(1)}}));
  EXPECT_FALSE(fits(lines, money(300), {{2, 1, money(300), {}}}));
}

TEST(Again, LeavesNothingOfALineThatCameBackWhole) {
  const Earn lines = basket({a_line(500), a_line(300)}, kTuesday);
  const std::vector<ReturnedLine> whole = {{0, 1, money(500), Money()}};

  const std::optional<Earn> left = remaining_of(lines, {money(500), {}, {}, whole});

  ASSERT_TRUE(left.has_value());
  EXPECT_EQ(left->total, money(300));
  ASSERT_EQ(left->lines.size(), 1U);
  EXPECT_EQ(left->lines[0].net, money(300));
}

TEST(Again, GivesNothingByARuleThatFailsOnTheRest) {
  ReturningShop shop(with({a_campaign("odd", "muldiv(7, 1, tx.eligible)")}));
  shop.serve(spend(1, kTuesday));
  ASSERT_EQ(shop.given(), 7);

  EXPECT_EQ(shop.left(1), 0);
}

ReturningShop shop_of_chance() {
  ReturningShop shop(programme_of_chance());
  shop.shop.quotes_in_force = rarely();
  if (rarely()) {
    shop.member.standing.referrer = member(2);
    shop.shop.referrer.emplace();
  }
  return shop;
}

RC_GTEST_PROP(AgainProperty, NothingReturnedIsWhatWasPosted, ()) {
  ReturningShop shop = shop_of_chance();
  for (int day = 0; day < 4; ++day) {
    shop.serve(purchase_of_chance(day));

    const AgainEvaluated again = shop.again({});

    RC_ASSERT(again.outcome == Outcome::Accepted);
    const std::vector<PostedLine> posted = posted_lines(shop.receipt);
    RC_ASSERT(posted.size() == shop.receipt.lines.size());
    for (std::size_t i = 0; i < posted.size(); ++i)
      RC_ASSERT(again.lines[i].points == shop.receipt.lines[posted[i].line].points);
  }
}

RC_GTEST_PROP(AgainProperty, NoLineGrowsAndTheRulesOfThisShopNeverGiveMoreForLess, ()) {
  ReturningShop shop = shop_of_chance();
  shop.serve(purchase_of_chance(0));
  const std::int64_t total = shop.purchase.total.minor_units();
  const std::int64_t more = *rc::gen::inRange<std::int64_t>(0, total + 1);
  const std::int64_t less = *rc::gen::inRange<std::int64_t>(0, more + 1);

  const AgainEvaluated of_less = shop.again(of_total(less));
  const AgainEvaluated of_more = shop.again(of_total(more));

  const std::vector<PostedLine> posted = posted_lines(shop.receipt);
  for (std::size_t i = 0; i < posted.size(); ++i) {
    RC_ASSERT(of_less.lines[i].points <= shop.receipt.lines[posted[i].line].points);
    RC_ASSERT(of_more.lines[i].points <= shop.receipt.lines[posted[i].line].points);
  }
  RC_ASSERT(points_of(of_more) <= points_of(of_less));
}

}  // namespace
}  // namespace tally::rules
