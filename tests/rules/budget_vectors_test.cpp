// The vectors "Budgets and stacking" of design/loyalty-vectors.md.
#include <tally/rules/evaluate.h>

#include "support/a_rule_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::rules {
namespace {

using test::a_campaign;
using test::bpts;
using test::date;
using test::funded_by;
using test::given;
using test::in_group;
using test::points;
using test::reason_of;
using test::result_of;
using test::share_of;
using test::Shop;
using test::spend;
using test::utc;
using testing::SizeIs;

const Timestamp kNoon = utc(date(2026, 3, 10), {11});

/// 200 points, and a budget of 1,000 of which `left` is left.
Shop with_budget(RuleSource award, std::int64_t left, bool all_or_nothing) {
  Programme programme = bpts();
  Campaign bonus = a_campaign("bonus", std::move(award));
  bonus.budget = Budget{points(1'000), all_or_nothing};
  programme.campaigns = {bonus};
  Shop shop(programme);
  shop.spent_of("bonus") = points(1'000 - left);
  return shop;
}

Shop with_group(GroupMode mode, std::vector<Campaign> campaigns) {
  Programme programme = bpts();
  programme.groups = {{"offer", 10, mode}};
  programme.campaigns = std::move(campaigns);
  return Shop(programme);
}

TEST(BudgetVectors, B01GivesWhatIsLeftOfABudget) {
  Shop shop = with_budget("200", 120, false);
  MemberBefore member;

  const Awarded awarded = shop.serve(member, spend(100, kNoon));

  EXPECT_EQ(given(awarded, "bonus"), 120);
  EXPECT_EQ(reason_of(awarded, "bonus"), "BUDGET");
  EXPECT_TRUE(result_of(awarded, "bonus").exhausted);
  EXPECT_EQ(shop.spent_of("bonus"), points(1'000));
}

TEST(BudgetVectors, B01GivesNothingMoreAfterwards) {
  Shop shop = with_budget("200", 0, false);
  MemberBefore member;

  const Awarded awarded = shop.serve(member, spend(100, kNoon));

  EXPECT_EQ(given(awarded, "bonus"), 0);
  EXPECT_EQ(reason_of(awarded, "bonus"), "BUDGET");
  EXPECT_FALSE(result_of(awarded, "bonus").exhausted);
}

TEST(BudgetVectors, B02LeavesTheBudgetWhereTheAwardDoesNotFit) {
  Shop shop = with_budget("200", 120, true);
  MemberBefore member;

  const Awarded awarded = shop.serve(member, spend(100, kNoon));

  EXPECT_EQ(given(awarded, "bonus"), 0);
  EXPECT_EQ(reason_of(awarded, "bonus"), "BUDGET");
  EXPECT_EQ(shop.spent_of("bonus"), points(880));
  EXPECT_THAT(awarded.charges, SizeIs(0));
}

TEST(BudgetVectors, B02GivesAnAwardThatJustFits) {
  Shop shop = with_budget("200", 200, true);
  MemberBefore member;

  const Awarded awarded = shop.serve(member, spend(100, kNoon));

  EXPECT_EQ(given(awarded, "bonus"), 200);
  EXPECT_EQ(reason_of(awarded, "bonus"), "GIVEN");
  EXPECT_TRUE(result_of(awarded, "bonus").exhausted);
}

TEST(BudgetVectors, B04ServesABudgetInTheOrderOfTheBlock) {
  Shop shop = with_budget("150", 200, false);
  MemberBefore first;
  MemberBefore second;

  EXPECT_EQ(given(shop.serve(first, spend(100, kNoon)), "bonus"), 150);
  EXPECT_EQ(given(shop.serve(second, spend(100, kNoon)), "bonus"), 50);
  EXPECT_EQ(shop.spent_of("bonus"), points(1'000));
}

TEST(BudgetVectors, B05GivesTheLeastOfAwardCapAndBudget) {
  Programme programme = bpts();
  Campaign bonus = a_campaign("bonus", "tx.eligible");
  bonus.cap_points = {{Period::Ever, 300}};
  bonus.budget = Budget{points(280), false};
  programme.campaigns = {bonus};
  Shop shop(programme);
  MemberBefore member;
  ASSERT_EQ(given(shop.serve(member, spend(100, kNoon)), "bonus"), 100);

  const Awarded awarded = shop.serve(member, spend(250, kNoon));

  EXPECT_EQ(given(awarded, "bonus"), 180);
  EXPECT_EQ(reason_of(awarded, "bonus"), "BUDGET");
  EXPECT_EQ(result_of(awarded, "bonus").headroom, points(180));
}

TEST(BudgetVectors, B06TakesTheFirstByPriorityThenById) {
  Shop by_priority = with_group(GroupMode::First, {in_group(a_campaign("x", "90"), "offer", 20),
                                                   in_group(a_campaign("y", "50"), "offer", 10)});
  Shop by_id = with_group(GroupMode::First, {in_group(a_campaign("y", "50"), "offer", 10),
                                             in_group(a_campaign("x", "90"), "offer", 10)});
  MemberBefore member;

  const Awarded prior = by_priority.serve(member, spend(100, kNoon));
  const Awarded equal = by_id.serve(member, spend(100, kNoon));

  EXPECT_EQ(given(prior, "y"), 50);
  EXPECT_EQ(reason_of(prior, "x"), "GROUP");
  EXPECT_EQ(given(equal, "x"), 90);
  EXPECT_EQ(reason_of(equal, "y"), "GROUP");
}

TEST(BudgetVectors, B07ComparesAfterCaps) {
  Campaign x = in_group(a_campaign("x", "200"), "offer", 10);
  x.budget = Budget{points(90), false};
  Shop shop = with_group(GroupMode::Best, {x, in_group(a_campaign("y", "120"), "offer", 20)});
  MemberBefore member;

  const Awarded awarded = shop.serve(member, spend(100, kNoon));

  EXPECT_EQ(given(awarded, "y"), 120);
  EXPECT_EQ(reason_of(awarded, "x"), "GROUP");
  EXPECT_EQ(shop.spent_of("x"), Points());
}

TEST(BudgetVectors, B07GivesATieToTheLowerId) {
  Shop shop = with_group(GroupMode::Best, {in_group(a_campaign("y", "120"), "offer", 10),
                                           in_group(a_campaign("x", "120"), "offer", 20)});
  MemberBefore member;

  EXPECT_EQ(given(shop.serve(member, spend(100, kNoon)), "x"), 120);
}

TEST(BudgetVectors, B09SplitsByRunningSumsRoundedUp) {
  Programme programme = bpts();
  programme.campaigns = {funded_by(
      a_campaign("split", "301"),
      {share_of(FunderKind::Merchant, "airline", 1, 2), share_of(FunderKind::Issuer, "", 1, 2)})};
  Shop shop(programme);
  shop.quotes_in_force = true;
  MemberBefore member;

  const Awarded awarded = shop.serve(member, spend(100, kNoon));

  ASSERT_THAT(awarded.lines, SizeIs(3));
  EXPECT_EQ(text_of(awarded.lines[1].funder), "merchant:airline");
  EXPECT_EQ(awarded.lines[1].points, points(151));
  EXPECT_EQ(text_of(awarded.lines[2].funder), "issuer");
  EXPECT_EQ(awarded.lines[2].points, points(150));
}

TEST(BudgetVectors, B10GoesOnToTheNextWhereTheFirstIsUsedUp) {
  Campaign first = in_group(a_campaign("first", "70"), "offer", 10);
  first.cap_times = {{Period::Ever, 1}};
  Shop shop =
      with_group(GroupMode::First, {first, in_group(a_campaign("next", "80"), "offer", 20)});
  MemberBefore member;
  ASSERT_EQ(given(shop.serve(member, spend(100, kNoon)), "first"), 70);

  const Awarded awarded = shop.serve(member, spend(100, kNoon));

  EXPECT_EQ(given(awarded, "next"), 80);
  EXPECT_EQ(reason_of(awarded, "first"), "MEMBER_CAP");
}

}  // namespace
}  // namespace tally::rules
