// The vectors "Tiers" of design/loyalty-vectors.md, as far as rules decide them.
#include <tally/rules/evaluate.h>

#include "support/a_rule_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::rules {
namespace {

using test::a_campaign;
using test::bpts;
using test::date;
using test::given;
using test::points;
using test::result_of;
using test::Shop;
using test::spend;
using test::utc;
using testing::SizeIs;

const Timestamp kNoon = utc(date(2026, 3, 10), {11});
constexpr std::uint8_t kBase = 0;
constexpr std::uint8_t kSilver = 1;
constexpr std::uint8_t kGold = 2;

/// As of a review, or between two.
Standing of_tier(std::uint8_t tier, std::int32_t window, std::int64_t qualifying,
                 Timestamp valid_until) {
  Standing standing;
  standing.tier.tier = tier;
  standing.tier.window = window;
  standing.tier.qualifying = points(qualifying);
  standing.tier.valid_until = valid_until;
  return standing;
}

/// 00:00 local of a day in winter.
Timestamp midnight(CivilDate day) {
  return utc(day).minus(kHour);
}

TEST(TierVectors, Ti02PricesTheCrossingPurchaseByTheOldTier) {
  Programme programme = bpts();
  Campaign bonus = a_campaign("tier-bonus", "muldiv(base.points, 1, 4)");
  bonus.tiers = {"SILVER"};
  programme.campaigns = {bonus};
  Shop shop(programme);
  MemberBefore member;
  ASSERT_EQ(given(shop.serve(member, spend(99'000, kNoon))), 990);
  ASSERT_EQ(member.standing.tier.tier, kBase);

  EXPECT_EQ(given(shop.serve(member, spend(10'000, kNoon))), 100);
  EXPECT_EQ(given(shop.serve(member, spend(10'000, kNoon))), 125);
}

Programme with_welcomes() {
  Programme programme = bpts();
  Campaign each = a_campaign("each", "100 * m.tier + m.tier_before", "", Trigger::TierUp);
  each.each_step = true;
  programme.campaigns = {each,
                         a_campaign("once", "100 * m.tier + m.tier_before", "", Trigger::TierUp)};
  return programme;
}

TEST(TierVectors, Ti03RaisesToTheHighestAtOnce) {
  Shop shop(with_welcomes());
  MemberBefore member;

  const Awarded awarded = shop.serve(member, spend(600'000, kNoon));

  EXPECT_EQ(member.standing.tier.tier, kGold);
  EXPECT_EQ(awarded.facts.tier, kBase);
  EXPECT_EQ(awarded.facts.tier_after, kGold);
  EXPECT_EQ(given(awarded, "once"), 200);        // to GOLD from BASE
  EXPECT_EQ(given(awarded, "each"), 100 + 201);  // to SILVER from BASE, to GOLD from SILVER
  EXPECT_THAT(awarded.results, SizeIs(4));
}

TEST(TierVectors, Ti03AsksNobodyWhereTheTierStays) {
  Shop shop(with_welcomes());
  MemberBefore member;

  const Awarded awarded = shop.serve(member, spend(99'999, kNoon));

  EXPECT_THAT(awarded.results, SizeIs(1));
  EXPECT_EQ(awarded.facts.tier_after, std::nullopt);
}

TEST(TierVectors, Ti04IsValidThroughTheNextYear) {
  Shop shop(bpts());
  MemberBefore member;

  shop.serve(member, spend(100'000, utc(date(2026, 5, 10), {9})));

  EXPECT_EQ(member.standing.tier.tier, kSilver);
  EXPECT_EQ(member.standing.tier.valid_until, midnight(date(2028, 1, 1)));
}

TEST(TierVectors, Ti05GoesDownByOneOrByTheCount) {
  Programme one_down = bpts();
  one_down.tiers.downgrade = Downgrade::OneDown;
  Programme recompute = bpts();
  recompute.tiers.downgrade = Downgrade::Recompute;
  const Standing gold = of_tier(kGold, 2027, 950, midnight(date(2028, 1, 1)));

  const Standing lower = review_tier(one_down, gold);
  const Standing lowest = review_tier(recompute, gold);

  EXPECT_EQ(lower.tier.tier, kSilver);
  EXPECT_EQ(lower.tier.valid_until, midnight(date(2029, 1, 1)));
  EXPECT_EQ(lowest.tier.tier, kBase);
  EXPECT_EQ(lowest.tier.valid_until, Timestamp::never());
}

TEST(TierVectors, Ti05KeepsATierWhoseCountIsEnough) {
  const Standing silver = of_tier(kSilver, 2027, 1'000, midnight(date(2028, 1, 1)));

  const Standing reviewed = review_tier(bpts(), silver);

  EXPECT_EQ(reviewed.tier.tier, kSilver);
  EXPECT_EQ(reviewed.tier.valid_until, midnight(date(2029, 1, 1)));
  EXPECT_FALSE(reviewed.tier.in_grace);
}

TEST(TierVectors, Ti05CountsAnEmptyYearAs0) {
  Programme recompute = bpts();
  recompute.tiers.downgrade = Downgrade::Recompute;
  const Standing gold = of_tier(kGold, 2026, 6'000, midnight(date(2028, 1, 1)));

  EXPECT_EQ(review_tier(recompute, gold).tier.tier, kBase);
}

Programme with_grace() {
  Programme programme = bpts();
  programme.tiers.grace_days = 30;
  return programme;
}

TEST(TierVectors, Ti06StaysWithWhatTheGraceBrings) {
  Shop shop(with_grace());
  MemberBefore member;
  member.standing =
      review_tier(shop.rules.programme, of_tier(kSilver, 2027, 950, midnight(date(2028, 1, 1))));
  ASSERT_EQ(member.standing.tier.tier, kSilver);
  ASSERT_EQ(member.standing.tier.valid_until, midnight(date(2028, 1, 31)));

  shop.serve(member, spend(5'000, utc(date(2028, 1, 30), {9})));
  const Standing after = review_tier(shop.rules.programme, member.standing);

  EXPECT_EQ(after.tier.tier, kSilver);
  EXPECT_EQ(after.tier.valid_until, midnight(date(2029, 1, 1)));
  EXPECT_FALSE(after.tier.in_grace);
  EXPECT_EQ(after.tier.qualifying, points(50));  // they count for 2028 as well
}

TEST(TierVectors, Ti06GoesDownAtTheEndOfTheGrace) {
  Shop shop(with_grace());
  MemberBefore member;
  member.standing =
      review_tier(shop.rules.programme, of_tier(kSilver, 2027, 950, midnight(date(2028, 1, 1))));

  shop.serve(member, spend(4'900, utc(date(2028, 1, 30), {9})));
  const Standing after = review_tier(shop.rules.programme, member.standing);

  EXPECT_EQ(after.tier.tier, kBase);
  EXPECT_EQ(after.tier.valid_until, Timestamp::never());
}

TEST(TierVectors, Ti07WaitsForTheReviewOrFollowsAtOnce) {
  Programme at_review = bpts();
  Programme immediate = bpts();
  immediate.tiers.immediate_on_refund = true;
  const Standing silver = of_tier(kSilver, 2026, 1'040, midnight(date(2028, 1, 1)));

  const Standing kept = take_back_qualifying(at_review, silver, 2026, points(60));
  const Standing lowered = take_back_qualifying(immediate, silver, 2026, points(60));

  EXPECT_EQ(kept.tier.qualifying, points(980));
  EXPECT_EQ(kept.tier.tier, kSilver);
  EXPECT_EQ(lowered.tier.qualifying, points(980));
  EXPECT_EQ(lowered.tier.tier, kBase);
  EXPECT_EQ(lowered.tier.valid_until, Timestamp::never());
}

TEST(TierVectors, Ti07KeepsATierThatTheThresholdStillCarries) {
  Programme immediate = bpts();
  immediate.tiers.immediate_on_refund = true;
  const Standing silver = of_tier(kSilver, 2026, 1'040, midnight(date(2028, 1, 1)));

  EXPECT_EQ(take_back_qualifying(immediate, silver, 2026, points(40)).tier.tier, kSilver);
}

TEST(TierVectors, Ti10LosesTheTierWithImmediateAlone) {
  Programme programme = bpts();
  programme.campaigns = {a_campaign("gold", "500", "m.tier == 2", Trigger::TierUp)};
  Shop shop(programme);
  MemberBefore member;
  const Awarded awarded = shop.serve(member, spend(500'000, kNoon));
  ASSERT_EQ(given(awarded, "gold"), 500);
  Programme immediate = bpts();
  immediate.tiers.immediate_on_refund = true;

  EXPECT_EQ(take_back_qualifying(programme, member.standing, 2026, points(1)).tier.tier, kGold);
  EXPECT_EQ(take_back_qualifying(immediate, member.standing, 2026, points(1)).tier.tier, kSilver);
}

}  // namespace
}  // namespace tally::rules
