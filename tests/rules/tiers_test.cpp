// Tiers beyond the worked vectors: years that turn, validity in months, graces and clawbacks.
#include <tally/rules/evaluate.h>

#include "support/a_rule_set.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally::rules {
namespace {

using test::bpts;
using test::date;
using test::points;
using test::Shop;
using test::spend;
using test::utc;

/// 00:00 local of a day in winter.
Timestamp midnight(CivilDate day) {
  return utc(day).minus(kHour);
}

/// Earns `count` points, as many as it spends euros.
void earn(Shop& shop, MemberBefore& member, std::int64_t count, Timestamp at) {
  shop.serve(member, spend(count * 100, at));
}

TEST(Tiers, ANewYearBeginsTheCountAgainAndKeepsTheTier) {
  Shop shop(bpts());
  MemberBefore member;
  earn(shop, member, 1'500, utc(date(2026, 12, 31), {22, 59}));

  earn(shop, member, 10, utc(date(2026, 12, 31), {23}));

  EXPECT_EQ(member.standing.tier.window, 2027);
  EXPECT_EQ(member.standing.tier.qualifying, points(10));
  EXPECT_EQ(member.standing.tier.qualifying_before, points(1'500));
  EXPECT_EQ(member.standing.tier.tier, 1);
}

TEST(Tiers, AYearLeftOutIsNotTheYearBefore) {
  Shop shop(bpts());
  MemberBefore member;
  earn(shop, member, 900, utc(date(2026, 6, 1)));

  earn(shop, member, 10, utc(date(2028, 6, 1)));

  EXPECT_EQ(member.standing.tier.qualifying_before, points(0));
}

TEST(Tiers, AreValidForMonthsWhereTheProgrammeSaysSo) {
  Programme programme = bpts();
  programme.tiers.valid_months = 6;
  Shop shop(programme);
  MemberBefore member;

  earn(shop, member, 1'000, utc(date(2026, 8, 31), {9}));

  // Through 28 February.
  EXPECT_EQ(member.standing.tier.valid_until, midnight(date(2027, 3, 1)));
}

TEST(Tiers, AReviewInsideAYearCountsWhatThatYearBroughtSoFar) {
  Programme programme = bpts();
  programme.tiers.valid_months = 6;
  Standing standing;
  standing.tier = {1, 2027, points(1'000), points(0), midnight(date(2027, 12, 5)), false};

  const Standing reviewed = review_tier(programme, standing);

  EXPECT_EQ(reviewed.tier.tier, 1);
  EXPECT_EQ(reviewed.tier.valid_until, midnight(date(2028, 12, 5)));
}

TEST(Tiers, AHigherTierEndsTheGrace) {
  Programme programme = bpts();
  programme.tiers.grace_days = 30;
  Shop shop(programme);
  MemberBefore member;
  member.standing.tier = {1, 2027, points(950), points(0), midnight(date(2028, 1, 1)), false};
  member.standing = review_tier(programme, member.standing);
  ASSERT_TRUE(member.standing.tier.in_grace);

  earn(shop, member, 5'000, utc(date(2028, 1, 10)));

  EXPECT_EQ(member.standing.tier.tier, 2);
  EXPECT_FALSE(member.standing.tier.in_grace);
  EXPECT_EQ(member.standing.tier.valid_until, midnight(date(2030, 1, 1)));
}

TEST(Tiers, AGraceThatGoesOnOverANewYearKeepsItsClosedCount) {
  Programme programme = bpts();
  programme.tiers.valid_months = 6;
  programme.tiers.grace_days = 60;
  Shop shop(programme);
  MemberBefore member;
  member.standing.tier = {1, 2028, points(80), points(950), midnight(date(2028, 12, 5)), false};
  member.standing = review_tier(programme, member.standing);
  ASSERT_TRUE(member.standing.tier.in_grace);

  earn(shop, member, 50, utc(date(2029, 1, 10)));
  const Standing reviewed = review_tier(programme, member.standing);

  EXPECT_EQ(reviewed.tier.tier, 1);
  EXPECT_EQ(reviewed.tier.valid_until, midnight(date(2029, 12, 5)));
}

TEST(Tiers, AReviewOfATierThatTheProgrammeNoLongerHasTakesItsHighest) {
  Programme programme = bpts();
  programme.tiers.tiers.pop_back();
  Standing standing;
  standing.tier = {2, 2027, points(1'000), points(0), midnight(date(2028, 1, 1)), false};

  EXPECT_EQ(review_tier(programme, standing).tier.tier, 1);
}

Programme immediate() {
  Programme programme = bpts();
  programme.tiers.immediate_on_refund = true;
  return programme;
}

TEST(Clawback, OfAClosedYearChangesNothing) {
  Standing standing;
  standing.tier = {1, 2027, points(500), points(1'000), midnight(date(2028, 1, 1)), false};

  EXPECT_EQ(take_back_qualifying(immediate(), standing, 2026, points(400)), standing);
  EXPECT_EQ(take_back_qualifying(immediate(), standing, 2028, points(400)), standing);
}

TEST(Clawback, LeavesATierThatLastYearCarries) {
  Standing standing;
  standing.tier = {1, 2027, points(1'000), points(1'000), midnight(date(2028, 1, 1)), false};

  const Standing lower = take_back_qualifying(immediate(), standing, 2027, points(400));

  EXPECT_EQ(lower.tier.qualifying, points(600));
  EXPECT_EQ(lower.tier.tier, 1);
}

TEST(Clawback, LeavesATierThatNoCountCarried) {
  Standing standing;  // SILVER by one step down from GOLD
  standing.tier = {1, 2028, points(100), points(200), midnight(date(2029, 1, 1)), false};

  EXPECT_EQ(take_back_qualifying(immediate(), standing, 2028, points(50)).tier.tier, 1);
}

TEST(Clawback, StopsAt0) {
  Standing standing;
  standing.tier.window = 2027;
  standing.tier.qualifying = points(10);

  EXPECT_EQ(take_back_qualifying(immediate(), standing, 2027, points(11)).tier.qualifying,
            points(0));
}

TEST(Clawback, InAGraceLowersBothCounts) {
  Standing standing;
  standing.tier = {1, 2028, points(80), points(1'030), midnight(date(2028, 1, 31)), true};

  const Standing of_new = take_back_qualifying(bpts(), standing, 2028, points(50));
  const Standing of_closed = take_back_qualifying(bpts(), standing, 2027, points(50));

  EXPECT_EQ(of_new.tier.qualifying, points(30));
  EXPECT_EQ(of_new.tier.qualifying_before, points(980));
  EXPECT_EQ(of_closed.tier.qualifying, points(80));
  EXPECT_EQ(of_closed.tier.qualifying_before, points(980));
}

/// The highest tier that a count reaches, in words of its own.
int tier_for(std::int64_t count) {
  return count >= 5'000 ? 2 : count >= 1'000 ? 1 : 0;
}

RC_GTEST_PROP(Tiers, FollowAYearByYearLedger, ()) {
  Programme programme = bpts();
  programme.tiers.downgrade = *rc::gen::element(Downgrade::OneDown, Downgrade::Recompute);
  const bool one_down = programme.tiers.downgrade == Downgrade::OneDown;
  Shop shop(programme);
  MemberBefore member;
  std::int64_t of_year[12] = {};
  int tier = 0;
  int valid_through = 0;
  Timestamp at = utc(date(2026, 1, 1));
  int year = 2026;

  const int purchases = *rc::gen::inRange(1, 40);
  for (int i = 0; i < purchases; ++i) {
    at = at.plus(Duration(*rc::gen::inRange<std::uint64_t>(1, 90) * 86'400'000));
    const int now = civil_date(programme.utc_offsets, at).year;
    for (; year < now; ++year) {  // the reviews at the ends of the years that have passed
      if (tier == 0 || valid_through != year) continue;
      const int reached = tier_for(of_year[year - 2026]);
      if (reached < tier) tier = one_down ? std::max(tier - 1, reached) : reached;
      valid_through = year + 1;
    }
    while (member.standing.tier.valid_until <= at)
      member.standing = review_tier(programme, member.standing);
    const std::int64_t count = *rc::gen::element<std::int64_t>(10, 300, 990, 2'500);
    of_year[now - 2026] += count;

    earn(shop, member, count, at);

    if (tier_for(of_year[now - 2026]) > tier) {
      tier = tier_for(of_year[now - 2026]);
      valid_through = now + 1;
    }
    RC_ASSERT(test::survives_its_record(member.standing));
    RC_ASSERT(member.standing.tier.tier == tier);
    RC_ASSERT(member.standing.tier.qualifying.value() == of_year[now - 2026]);
    RC_ASSERT(member.standing.tier.valid_until ==
              (tier == 0 ? Timestamp::never() : midnight(date(valid_through + 1, 1, 1))));
  }
}

TierStanding holding(std::uint8_t tier, std::int64_t qualifying, std::int64_t before = 0) {
  const Timestamp end = tier == 0 ? Timestamp::never() : midnight(date(2028, 1, 1));
  return {tier, 2026, points(qualifying), points(before), end, false};
}

std::optional<TierStanding> joined(const TierStanding& one, const TierStanding& other,
                                   Timestamp at = utc(date(2026, 5, 10))) {
  const auto result = join_tiers(bpts(), at, one, other);
  EXPECT_EQ(result, join_tiers(bpts(), at, other, one));
  return result;
}

TEST(JoinedTiers, AddUpWhatBothHaveCounted_M01) {
  EXPECT_EQ(joined(holding(1, 1'200, 30), holding(0, 700, 4)), holding(1, 1'900, 34));
}

TEST(JoinedTiers, ReachATierThatNeitherHadFromThatInstantOn) {
  EXPECT_EQ(joined(holding(0, 600), holding(0, 400)), holding(1, 1'000));
  EXPECT_EQ(joined(holding(0, 600), holding(0, 399)), holding(0, 999));
}

TEST(JoinedTiers, KeepTheHigherTierAndOfOneTierTheLongerTerm) {
  TierStanding longer = holding(2, 0);
  longer.valid_until = midnight(date(2029, 1, 1));

  EXPECT_EQ(joined(holding(1, 1'500), longer)->valid_until, longer.valid_until);
  EXPECT_EQ(joined(holding(2, 10), longer)->valid_until, longer.valid_until);
}

TEST(JoinedTiers, CountWhereOneStoodStillForAYear) {
  TierStanding fresh = holding(0, 50, 20);
  fresh.window = 2027;

  const auto result = joined(holding(0, 600, 7), fresh, utc(date(2027, 2, 1)));

  EXPECT_EQ(result->window, 2027);
  EXPECT_EQ(result->qualifying, points(50));
  EXPECT_EQ(result->qualifying_before, points(620));
}

TEST(JoinedTiers, InAGraceCountThisYearForTheClosedOne) {
  TierStanding waiting = holding(1, 5, 905);
  waiting.in_grace = true;

  const auto result = joined(waiting, holding(0, 60, 35));

  EXPECT_TRUE(result->in_grace);
  EXPECT_EQ(result->qualifying_before, points(905 + 35 + 60));
  EXPECT_EQ(result->qualifying, points(65));
}

TEST(JoinedTiers, PassNoLimitOfPoints) {
  EXPECT_EQ(joined(holding(2, kPointsMax), holding(0, 1)), std::nullopt);
}

}  // namespace
}  // namespace tally::rules
