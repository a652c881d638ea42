// The sixteen campaigns of the shipped example, config/grocer-bpts.toml, each at work.
#include <tally/config/programme_file.h>
#include <tally/rules/expression.h>

#include "support/a_rule_set.h"
#include "support/places.h"

#include <gtest/gtest.h>

namespace tally::rules {
namespace {

using test::a_line;
using test::basket;
using test::date;
using test::given;
using test::MemberBefore;
using test::points;
using test::Shop;
using test::spend;
using test::utc;

// A Monday at noon, in summer time, within the time of c02.
const Timestamp kMonday = utc(date(2026, 6, 8), {10});
const Timestamp kTuesdayAtFive = utc(date(2026, 6, 9), {15});
const Timestamp kSaturday = utc(date(2026, 6, 13), {10});

/// As it is shipped, but points do not wait, and those who fund have a quote.
Shop the_shop() {
  const config::ProgrammeFile file =
      config::read_programme(test::tests_folder() + "/../config/grocer-bpts.toml");
  CHECK(file.faults.empty());
  Programme programme = file.programme;
  programme.earn.pending = Pending();
  Shop shop(programme);
  shop.quotes_in_force = true;
  return shop;
}

/// One who has bought before, so that no first purchase counts.
MemberBefore a_customer() {
  MemberBefore member;
  member.standing.purchases = 1;
  member.standing.activations = 1;
  return member;
}

MemberBefore of_tier(std::uint8_t tier) {
  MemberBefore member = a_customer();
  member.standing.tier.tier = tier;
  member.standing.tier.valid_until = utc(date(2027, 12, 31), {23});
  return member;
}

TEST(Example, C01ToC03GiveBaseDairyAndHappyHour) {
  Shop shop = the_shop();
  MemberBefore member = a_customer();

  const Awarded awarded =
      shop.serve(member, basket({a_line(2'000, {"dairy"}), a_line(1'550)}, kTuesdayAtFive));

  EXPECT_EQ(given(awarded, "base"), 35);
  EXPECT_EQ(given(awarded, "c02-dairy-triple"), 40);
  EXPECT_EQ(given(awarded, "c03-happy-hour"), 35);
  EXPECT_EQ(text_of(awarded.lines[1].funder), "brand:milk");
}

TEST(Example, C04GivesASignUpBonusOnce) {
  Shop shop = the_shop();
  MemberBefore member;
  Occasion enrolment;
  enrolment.trigger = Trigger::Enrol;
  enrolment.event_time = enrolment.block_time = kMonday;

  EXPECT_EQ(given(shop.happen(member, enrolment), "c04-sign-up"), 500);
  EXPECT_EQ(given(shop.happen(member, enrolment), "c04-sign-up"), 0);
}

TEST(Example, C05GivesTheFirstPurchaseBonusFrom25) {
  Shop shop = the_shop();
  MemberBefore first;
  MemberBefore little;

  EXPECT_EQ(given(shop.serve(first, spend(2'500, kMonday)), "c05-first-purchase"), 200);
  EXPECT_EQ(given(shop.serve(first, spend(2'500, kMonday)), "c05-first-purchase"), 0);
  EXPECT_EQ(given(shop.serve(little, spend(2'499, kMonday)), "c05-first-purchase"), 0);
}

TEST(Example, C06GivesBothForAReferral) {
  Shop shop = the_shop();
  shop.referrer = Standing();
  MemberBefore member;
  member.standing.referrer = test::member(9);

  const Awarded awarded = shop.serve(member, spend(2'500, kMonday));

  EXPECT_EQ(given(awarded, "c06-referral"), 200);
  EXPECT_EQ(given(awarded, "c06-referral", true), 300);
}

TEST(Example, C07GivesTiersTheirRates) {
  Shop shop = the_shop();
  for (const auto& [tier, bonus] :
       {std::pair<std::uint8_t, std::int64_t>{0, 0}, {1, 10}, {2, 20}}) {
    MemberBefore member = of_tier(tier);

    EXPECT_EQ(given(shop.serve(member, spend(4'000, kMonday)), "c07-tier-bonus"), bonus);
  }
}

TEST(Example, C08GivesAStreakOfFourWeeksAndStartsAnew) {
  Shop shop = the_shop();
  MemberBefore member = a_customer();
  std::vector<std::int64_t> bonuses;

  for (std::uint64_t week = 0; week < 5; ++week)
    bonuses.push_back(given(shop.serve(member, spend(100, kMonday.plus(test::days(7 * week)))),
                            "c08-weekly-streak"));

  EXPECT_EQ(bonuses, (std::vector<std::int64_t>{0, 0, 0, 400, 0}));
}

TEST(Example, C09GivesTheTenthCoffeeAtTheCoffeeShopsCost) {
  Shop shop = the_shop();
  MemberBefore member = a_customer();
  Awarded last;

  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(given(last, "c09-stamp-card"), 0);
    last = shop.serve(member, basket({a_line(300, {"coffee"})}, kMonday));
  }

  EXPECT_EQ(given(last, "c09-stamp-card"), 100);
  EXPECT_EQ(text_of(last.lines.back().funder), "merchant:coffee");
}

TEST(Example, C10GivesByTheBasket) {
  Shop shop = the_shop();
  for (const auto& [cents, bonus] :
       {std::pair<std::int64_t, std::int64_t>{4'999, 0}, {5'000, 250}, {10'000, 750}}) {
    MemberBefore member = a_customer();

    EXPECT_EQ(given(shop.serve(member, spend(cents, kMonday)), "c10-basket-ladder"), bonus);
  }
}

TEST(Example, C11WinsBackWhoStayedAwayFor90Days) {
  Shop shop = the_shop();
  MemberBefore away = a_customer();
  away.standing.last_activity = kMonday.minus(test::days(90));
  MemberBefore here = a_customer();
  here.standing.last_activity = kMonday.minus(test::days(89));

  EXPECT_EQ(given(shop.serve(away, spend(100, kMonday)), "c11-win-back"), 300);
  EXPECT_EQ(given(shop.serve(here, spend(100, kMonday)), "c11-win-back"), 0);
}

TEST(Example, C12GivesHalfMoreFromTheEighthVisitOn) {
  Shop shop = the_shop();
  MemberBefore member = a_customer();
  Awarded last;

  for (std::uint64_t day = 0; day < 8; ++day) {
    EXPECT_EQ(given(last, "c12-frequent-buyer"), 0);
    last = shop.serve(member, spend(1'000, kMonday.plus(test::days(day))));
  }

  EXPECT_EQ(given(last, "c12-frequent-buyer"), 5);
}

TEST(Example, C13SharesFlyAndShopWithTheAirline) {
  Shop shop = the_shop();
  shop.others = {{"airline",
                  {DayCount{local_day(shop.rules.programme.utc_offsets, kMonday) - 7,
                            kMonday.minus(test::days(7)), 1}}}};
  MemberBefore member = a_customer();

  const Awarded awarded = shop.serve(member, spend(4'000, kMonday));

  EXPECT_EQ(given(awarded, "c13-fly-and-shop"), 300);
  ASSERT_GE(awarded.lines.size(), 2U);
  EXPECT_EQ(awarded.lines[awarded.lines.size() - 2].points, points(150));
  EXPECT_EQ(text_of(awarded.lines[awarded.lines.size() - 2].funder), "merchant:airline");
}

TEST(Example, C14AsksForAPass) {
  const Shop shop = the_shop();
  const auto& campaigns = shop.rules.programme.campaigns;
  const auto found = std::find_if(campaigns.begin(), campaigns.end(),
                                  [](const Campaign& c) { return c.id == "c14-founders"; });
  ASSERT_NE(found, campaigns.end());
  const auto& trees = shop.rules.campaigns[static_cast<std::size_t>(found - campaigns.begin())];
  const std::vector<std::string> passes = {"founders-2026"};
  Facts facts;
  facts.base_points = 57;

  EXPECT_FALSE(evaluate_bool(trees.when, facts).value);
  facts.m.passes = passes;
  EXPECT_TRUE(evaluate_bool(trees.when, facts).value);
  EXPECT_EQ(evaluate_int(trees.award, facts).value, 5);
}

TEST(Example, C15ThanksForThreeSharesAMonth) {
  Shop shop = the_shop();
  MemberBefore member = a_customer();
  Occasion share;
  share.trigger = Trigger::Attested;
  share.event_time = share.block_time = kMonday;
  share.channel = "social";
  share.ref = "share:77";
  share.signed_by = "grocer-social";
  Occasion forged = share;
  forged.signed_by = "somebody";

  EXPECT_EQ(given(shop.happen(member, forged), "c15-share"), 0);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(given(shop.happen(member, share), "c15-share"), 50);
  EXPECT_EQ(test::reason_of(shop.happen(member, share), "c15-share"), "MEMBER_CAP");
}

TEST(Example, C16GivesForOwnLabelsAtWeekendsButNotToStaff) {
  Shop shop = the_shop();
  BasketLine own = a_line(1'500);
  own.brand = "own";
  own.quantity = 2;
  MemberBefore member = a_customer();
  MemberBefore staff = a_customer();
  staff.standing.segments = {"staff"};

  EXPECT_EQ(given(shop.serve(member, basket({own}, kSaturday)), "c16-own-label-weekend"), 30);
  EXPECT_EQ(given(shop.serve(member, basket({own}, kMonday)), "c16-own-label-weekend"), 0);
  EXPECT_EQ(given(shop.serve(staff, basket({own}, kSaturday)), "c16-own-label-weekend"), 0);
}

}  // namespace
}  // namespace tally::rules
