// The vectors "Accrual and rounding" of design/loyalty-vectors.md, as far as rules decide them.
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
using test::local;
using test::money;
using test::points;
using test::reason_of;
using test::result_of;
using test::share_of;
using test::Shop;
using test::spend;
using test::utc;
using testing::SizeIs;

/// A Tuesday; local time is +01:00.
Timestamp tuesday(int hour, int minute = 0, int second = 0, int millisecond = 0) {
  return utc(date(2026, 3, 10), {hour, minute, second, millisecond});
}

MemberBefore silver() {
  MemberBefore member;
  member.standing.tier.tier = 1;
  member.standing.tier.valid_until = utc(date(2028, 1, 1));
  return member;
}

Campaign tier_bonus() {
  Campaign campaign = a_campaign(
      "tier-bonus", "m.tier == 2 ? muldiv(base.points, 1, 2) : muldiv(base.points, 1, 4)");
  campaign.tiers = {"SILVER", "GOLD"};
  return campaign;
}

Campaign once(Campaign campaign) {
  campaign.cap_times = {{Period::Ever, 1}};
  return campaign;
}

Counter a_counter(std::string name, CounterKind kind, std::uint32_t size = 0) {
  Counter counter;
  counter.name = std::move(name);
  counter.kind = kind;
  counter.size = size;
  return counter;
}

TEST(AccrualVectors, A03RoundsOnceForTheOrderUnlessTheBaseSaysOtherwise) {
  const Earn purchase = basket({a_line(460), a_line(460), a_line(460)}, tuesday(9));
  Programme by_line = bpts();
  by_line.earn.base = "lines.sum(l, true, muldiv(l.net, 1, 100))";
  MemberBefore member;

  EXPECT_EQ(given(Shop(bpts()).serve(member, purchase), kBaseSource), 13);
  EXPECT_EQ(given(Shop(by_line).serve(member, purchase), kBaseSource), 12);
}

TEST(AccrualVectors, A04TakesTaxGiftCardsAndPointsOutOfTheEligibleAmount) {
  Programme programme = bpts();
  programme.earn.excluded_cats = {"gift-card"};
  const Earn purchase =
      basket({a_line(7'000, {}, 2'000), a_line(3'000, {"gift-card"})}, tuesday(9));
  ASSERT_EQ(purchase.total, money(12'000));
  MemberBefore member;

  EXPECT_EQ(eligible_amount(programme, purchase, money(1'000)), money(6'000));
  EXPECT_EQ(given(Shop(programme).serve(member, purchase, tuesday(9), money(1'000))), 60);
}

TEST(AccrualVectors, A06AddsBonusesUpAndCompoundsNone) {
  Programme programme = bpts();
  programme.campaigns = {tier_bonus(), a_campaign("double", "base.points")};
  MemberBefore member = silver();

  const Awarded awarded = Shop(programme).serve(member, spend(1'199, tuesday(9)));

  EXPECT_EQ(given(awarded, kBaseSource), 11);
  EXPECT_EQ(given(awarded, "tier-bonus"), 2);
  EXPECT_EQ(given(awarded, "double"), 11);
  EXPECT_EQ(given(awarded), 24);
}

TEST(AccrualVectors, A07RoundsAsTheBaseNamesIt) {
  Programme half = bpts();
  half.earn.base = "muldiv_half(tx.eligible, 1, 100)";
  Programme even = bpts();
  even.earn.base = "muldiv_even(tx.eligible, 1, 100)";
  MemberBefore member;

  EXPECT_EQ(given(Shop(half).serve(member, spend(1'050, tuesday(9)))), 11);
  EXPECT_EQ(given(Shop(even).serve(member, spend(1'050, tuesday(9)))), 10);
}

TEST(AccrualVectors, A08HasABrandPayForItsOwnLines) {
  Programme programme = bpts();
  programme.campaigns = {
      funded_by(a_campaign("dairy", "muldiv(lines.sum(l, \"dairy\" in l.cats, l.net), 2, 100)"),
                {share_of(FunderKind::Brand, "milk")})};
  MemberBefore member;

  const Awarded awarded =
      Shop(programme).serve(member, basket({a_line(2'000, {"dairy"}), a_line(1'550)}, tuesday(9)));

  ASSERT_THAT(awarded.lines, SizeIs(2));
  EXPECT_EQ(awarded.lines[0].points, points(35));
  EXPECT_EQ(text_of(awarded.lines[0].funder), "issuer");
  EXPECT_EQ(awarded.lines[1].points, points(40));
  EXPECT_EQ(text_of(awarded.lines[1].funder), "brand:milk");
}

TEST(AccrualVectors, A09CapsATransaction) {
  Programme programme = bpts();
  programme.earn.cap_points = {{Period::Transaction, 500}};
  MemberBefore member;

  const Awarded awarded = Shop(programme).serve(member, spend(81'200, tuesday(9)));

  EXPECT_EQ(given(awarded), 500);
  EXPECT_EQ(result_of(awarded, kBaseSource).asked, points(812));
  EXPECT_EQ(result_of(awarded, kBaseSource).headroom, points(500));
  EXPECT_EQ(reason_of(awarded, kBaseSource), "PROGRAMME_CAP");
}

TEST(AccrualVectors, A10CapsADayByWhatIsUsedOfIt) {
  Programme programme = bpts();
  programme.earn.cap_points = {{Period::Day, 1'000}};
  Shop shop(programme);
  MemberBefore member;
  ASSERT_EQ(given(shop.serve(member, spend(93'000, tuesday(9)))), 930);

  const Awarded awarded = shop.serve(member, spend(12'000, tuesday(10)));

  EXPECT_EQ(given(awarded), 70);
  EXPECT_EQ(reason_of(awarded, kBaseSource), "PROGRAMME_CAP");
  ASSERT_THAT(member.standing.caps, SizeIs(1));
  EXPECT_EQ(member.standing.caps[0].points, points(1'000));
  // 23:00Z is the next local day.
  EXPECT_EQ(given(shop.serve(member, spend(12'000, tuesday(22, 59, 59, 999)))), 0);
  EXPECT_EQ(given(shop.serve(member, spend(12'000, tuesday(23)))), 120);
}

TEST(AccrualVectors, A11TakesTheFirstInTheBlockForTheFirstWhateverTheEventTimes) {
  Programme programme = bpts();
  programme.campaigns = {once(a_campaign("first", "200", "m.purchases_total == 0"))};
  Shop shop(programme);
  MemberBefore member;

  const Awarded first = shop.serve(member, spend(100, tuesday(10)), tuesday(11));
  const Awarded second = shop.serve(member, spend(100, tuesday(9)), tuesday(11));

  EXPECT_EQ(given(first, "first"), 200);
  EXPECT_EQ(given(second, "first"), 0);
}

TEST(AccrualVectors, A12GivesASignUpBonusOnce) {
  Programme programme = bpts();
  programme.campaigns = {once(a_campaign("sign-up", "500", "", Trigger::Enrol))};
  Shop shop(programme);
  MemberBefore member;
  Occasion enrolment;
  enrolment.trigger = Trigger::Enrol;
  enrolment.event_time = tuesday(9);
  enrolment.block_time = tuesday(9);

  const Awarded first = shop.happen(member, enrolment);
  const Awarded again = shop.happen(member, enrolment);

  EXPECT_EQ(given(first), 500);
  EXPECT_EQ(given(again), 0);
  EXPECT_EQ(reason_of(again, "sign-up"), "MEMBER_CAP");
}

Programme with_referral(Pending pending) {
  Programme programme = bpts();
  programme.earn.pending = pending;
  Campaign referral = once(a_campaign("referral", "200",
                                      "m.activations_total == 0 && tx.eligible >= 2500 && "
                                      "has(m.referrer)",
                                      Trigger::Activated));
  referral.referrer = ReferrerAward{"300", {}, {{Period::Month, 10}}};
  programme.campaigns = {referral};
  return programme;
}

MemberBefore referred() {
  MemberBefore member;
  member.standing.referrer = test::member(7);
  return member;
}

TEST(AccrualVectors, A13PaysAReferralWhenTheFirstPurchaseActivates) {
  Shop shop(with_referral({false, days(14)}));
  shop.referrer = Standing();
  MemberBefore member = referred();
  const Earn purchase = spend(2'500, tuesday(9));

  const Awarded earned = shop.serve(member, purchase);
  const Awarded activated = shop.activate(member, purchase, tuesday(9), tuesday(9).plus(days(14)));

  EXPECT_EQ(given(earned), 25);
  EXPECT_EQ(given(earned, "referral", true), 0);
  EXPECT_EQ(given(activated, "referral"), 200);
  EXPECT_EQ(given(activated, "referral", true), 300);
  EXPECT_EQ(given(activated, kBaseSource), 0);
}

TEST(AccrualVectors, A13PaysNoReferralForACentLess) {
  Shop shop(with_referral({false, days(14)}));
  shop.referrer = Standing();
  MemberBefore member = referred();
  const Earn purchase = spend(2'499, tuesday(9));
  ASSERT_EQ(given(shop.serve(member, purchase)), 24);

  const Awarded activated = shop.activate(member, purchase, tuesday(9), tuesday(9).plus(days(14)));

  EXPECT_THAT(activated.lines, SizeIs(0));
  EXPECT_FALSE(activated.referrer.has_value());
  EXPECT_EQ(member.standing.activations, 1U);
}

TEST(AccrualVectors, A13IsPartOfTheEarnWhereNothingWaits) {
  Shop shop(with_referral({}));
  shop.referrer = Standing();
  MemberBefore member = referred();

  const Awarded awarded = shop.serve(member, spend(2'500, tuesday(9)));

  EXPECT_EQ(given(awarded), 225);
  EXPECT_EQ(given(awarded, "referral", true), 300);
}

Programme with_streak() {
  Programme programme = bpts();
  Counter streak = a_counter("week_streak", CounterKind::Streak);
  streak.unit = Period::Week;
  programme.counters = {streak};
  Campaign bonus = a_campaign("streak", "400", "c.week_streak == 4");
  bonus.resets = "week_streak";
  programme.campaigns = {bonus};
  return programme;
}

TEST(AccrualVectors, A14PaysTheFourthWeekInARow) {
  Shop shop(with_streak());
  MemberBefore member;
  for (const int day : {3, 10, 17})
    ASSERT_EQ(given(shop.serve(member, spend(100, utc(date(2026, 3, day), {9}))), "streak"), 0);

  EXPECT_EQ(given(shop.serve(member, spend(100, utc(date(2026, 3, 24), {9}))), "streak"), 400);
  // It was reset: a second purchase in that week does not pay again.
  EXPECT_EQ(given(shop.serve(member, spend(100, utc(date(2026, 3, 25), {9}))), "streak"), 0);
}

TEST(AccrualVectors, A14BeginsAgainAfterAWeekLeftOut) {
  Shop shop(with_streak());
  MemberBefore member;
  for (const int day : {3, 10})
    shop.serve(member, spend(100, utc(date(2026, 3, day), {9})));

  const Awarded awarded = shop.serve(member, spend(100, utc(date(2026, 3, 24), {9})));

  EXPECT_EQ(given(awarded, "streak"), 0);
  ASSERT_THAT(awarded.facts.counters, SizeIs(1));
  EXPECT_EQ(awarded.facts.counters[0].value, 1);
}

Programme with_happy_hour() {
  Programme programme = bpts();
  programme.campaigns = {a_campaign(
      "happy", "base.points",
      "dow(tx.event_time) == 2 && hour(tx.event_time) >= 16 && hour(tx.event_time) < 18")};
  return programme;
}

TEST(AccrualVectors, A15IsHalfOpenInLocalTime) {
  Shop shop(with_happy_hour());
  MemberBefore member;
  const auto happy = [&](Timestamp at) {
    return given(shop.serve(member, spend(700, at)), "happy");
  };

  EXPECT_EQ(happy(tuesday(14, 59, 59, 999)), 0);
  EXPECT_EQ(happy(tuesday(15)), 7);
  EXPECT_EQ(happy(tuesday(16, 59, 59, 999)), 7);
  EXPECT_EQ(happy(tuesday(17)), 0);
}

TEST(AccrualVectors, A17RefusesWhatLeaves64Bits) {
  Programme programme = bpts();
  programme.earn.base = "muldiv(9223372036854775807, 3, 2)";
  MemberBefore member;
  member.standing.purchases = 5;

  const Awarded awarded = Shop(programme).serve(member, spend(100, tuesday(9)));

  EXPECT_EQ(awarded.outcome, Outcome::AmountOverflow);
  EXPECT_THAT(awarded.lines, SizeIs(0));
  EXPECT_EQ(member.standing.purchases, 5U);
}

TEST(AccrualVectors, A18AcceptsAnAmountOf0AndGives0) {
  MemberBefore member;

  const Awarded awarded = Shop(bpts()).serve(member, spend(0, tuesday(9)));

  EXPECT_EQ(awarded.outcome, Outcome::Accepted);
  ASSERT_THAT(awarded.lines, SizeIs(1));
  EXPECT_EQ(awarded.lines[0].points, Points());
  EXPECT_EQ(reason_of(awarded, kBaseSource), "GIVEN");
}

TEST(AccrualVectors, A19PaysALateTillByItsEventTime) {
  Shop shop(with_happy_hour());
  MemberBefore member;
  const Timestamp at = tuesday(16, 30);

  const Awarded awarded =
      shop.serve(member, spend(700, at), at.plus(Duration(259'200'000 - 60'000)));

  EXPECT_EQ(given(awarded, "happy"), 7);
  EXPECT_EQ(member.standing.purchases, 1U);
}

TEST(AccrualVectors, A20TakesTotalsFromTheMerchant) {
  Programme programme = bpts();
  programme.lines = false;
  Earn purchase = spend(12'000, tuesday(9));
  purchase.tax = money(2'000);
  purchase.excluded = money(3'000);
  MemberBefore member;

  EXPECT_EQ(eligible_amount(programme, purchase, money(1'000)), money(6'000));
  EXPECT_EQ(given(Shop(programme).serve(member, purchase, tuesday(9), money(1'000))), 60);
}

TEST(AccrualVectors, A21RefusesAnAwardOf2To53) {
  Programme programme = bpts();
  programme.earn.base = "muldiv(tx.eligible, 3, 1)";
  Shop shop(programme);
  MemberBefore member;
  MemberBefore another;

  EXPECT_EQ(given(shop.serve(member, spend(3'002'399'751'580'330, tuesday(9)))),
            9'007'199'254'740'990);
  EXPECT_EQ(shop.serve(another, spend(3'002'399'751'580'331, tuesday(9))).outcome,
            Outcome::AmountOverflow);
}

TEST(AccrualVectors, A22CutsTheCampaignAfterTheBaseAndItsBudgetFallsByWhatIsGiven) {
  Programme programme = bpts();
  programme.earn.cap_points = {{Period::Day, 1'000}};
  Campaign bonus = a_campaign("bonus", "50", "tx.eligible == 6000");
  bonus.budget = Budget{points(1'000), false};
  programme.campaigns = {bonus};
  Shop shop(programme);
  MemberBefore member;
  ASSERT_EQ(given(shop.serve(member, spend(93'000, tuesday(9)))), 930);

  const Awarded awarded = shop.serve(member, spend(6'000, tuesday(10)));

  EXPECT_EQ(given(awarded, kBaseSource), 60);
  EXPECT_EQ(given(awarded, "bonus"), 10);
  EXPECT_EQ(reason_of(awarded, "bonus"), "PROGRAMME_CAP");
  EXPECT_EQ(shop.spent_of("bonus"), points(10));
}

TEST(AccrualVectors, A23TakesWhatTheOrderPaidWithPointsOut) {
  MemberBefore member;

  EXPECT_EQ(given(Shop(bpts()).serve(member, spend(6'000, tuesday(9)), tuesday(9), money(1'000))),
            50);
}

TEST(AccrualVectors, A24CountsAPurchaseOf0Nowhere) {
  Programme programme = bpts();
  programme.counters = {a_counter("visits_30d", CounterKind::Visits, 30)};
  programme.campaigns = {
      once(a_campaign("first", "200", "m.purchases_total == 0 && tx.eligible >= 2500"))};
  Shop shop(programme);
  MemberBefore member;

  const Awarded nothing = shop.serve(member, spend(0, tuesday(9)));
  const Awarded first = shop.serve(member, spend(3'000, tuesday(10)));

  EXPECT_EQ(given(nothing), 0);
  EXPECT_EQ(nothing.facts.counters[0].value, 0);
  EXPECT_EQ(nothing.standing.purchases, 0U);
  EXPECT_EQ(nothing.standing.activations, 0U);
  EXPECT_EQ(given(first, kBaseSource), 30);
  EXPECT_EQ(given(first, "first"), 200);
  EXPECT_EQ(first.facts.counters[0].value, 1);
}

TEST(AccrualVectors, A25PaysNothingOnceTheOfflineWindowOfItsEndHasPassed) {
  Programme programme = bpts();
  Campaign campaign = a_campaign("june", "10");
  campaign.ends = local(date(2026, 7, 1));
  programme.campaigns = {campaign};
  programme.counters = {a_counter("visits_30d", CounterKind::Visits, 30)};
  Shop shop(programme);
  const Earn last = spend(100, utc(date(2026, 6, 30), {21, 59, 59, 999}));
  MemberBefore member;
  MemberBefore late;

  const Awarded in_time = shop.serve(member, last, utc(date(2026, 7, 3), {21, 59, 59, 999}));
  const Awarded too_late = shop.serve(late, last, utc(date(2026, 7, 3), {22}));

  EXPECT_EQ(given(in_time, "june"), 10);
  EXPECT_EQ(member.standing.purchases, 1U);
  EXPECT_EQ(given(too_late, "june"), 0);
  EXPECT_EQ(reason_of(too_late, "june"), "NOT_IN_SCHEDULE");
  EXPECT_EQ(late.standing.purchases, 0U);
  EXPECT_EQ(late.standing.activations, 0U);
  EXPECT_THAT(late.standing.counters, SizeIs(0));
  EXPECT_THAT(late.standing.purchase_days, SizeIs(0));
}

TEST(AccrualVectors, A25IsOverAtItsEndForPunctualTills) {
  Programme programme = bpts();
  Campaign campaign = a_campaign("june", "10");
  campaign.starts = local(date(2026, 6, 1));
  campaign.ends = local(date(2026, 7, 1));
  programme.campaigns = {campaign};
  Shop shop(programme);
  MemberBefore member;
  const auto june = [&](Timestamp at) { return given(shop.serve(member, spend(100, at)), "june"); };

  EXPECT_EQ(june(utc(date(2026, 5, 31), {21, 59, 59, 999})), 0);
  EXPECT_EQ(june(utc(date(2026, 5, 31), {22})), 10);
  EXPECT_EQ(june(utc(date(2026, 6, 30), {22})), 0);
}

Programme with_card_at_activation() {
  Programme programme = bpts();
  programme.earn.pending = {false, days(14)};
  Counter card = a_counter("coffee_card", CounterKind::Stamps, 10);
  card.post = Posting::Activation;
  programme.counters = {card};
  programme.campaigns = {
      a_campaign("seen", "c.coffee_card"),
      a_campaign("seen-later", "c.coffee_card", "", Trigger::Activated),
  };
  return programme;
}

TEST(AccrualVectors, A27StampsTheCardWhenThePurchaseActivates) {
  Shop shop(with_card_at_activation());
  MemberBefore member;
  member.standing.counters = {{"coffee_card", 0, 8, {}}};
  const Earn purchase = spend(500, tuesday(9));

  const Awarded earned = shop.serve(member, purchase);
  const std::int64_t stamps_before = member.standing.counters[0].value;
  const Awarded activated = shop.activate(member, purchase, tuesday(9), tuesday(9).plus(days(14)));

  EXPECT_EQ(given(earned, "seen"), 8);
  EXPECT_EQ(stamps_before, 8);  // so it stays, if the purchase comes back and never activates
  EXPECT_EQ(given(activated, "seen-later"), 9);
  EXPECT_EQ(member.standing.counters[0].value, 9);
}

TEST(AccrualVectors, A28PaysAnAttestedShareByItsKey) {
  Programme programme = bpts();
  Campaign share =
      a_campaign("share", "50", "tx.ref.startsWith(\"share:\") && tx.channel == \"social\"",
                 Trigger::Attested);
  share.attestor = "grocer-social";
  programme.campaigns = {share};
  Shop shop(programme);
  MemberBefore member;
  Occasion attested;
  attested.trigger = Trigger::Attested;
  attested.event_time = tuesday(9);
  attested.block_time = tuesday(9);
  attested.channel = "social";
  attested.ref = "share:77";
  attested.signed_by = "grocer-social";
  Occasion by_another = attested;
  by_another.signed_by = "grocer-till";

  EXPECT_EQ(given(shop.happen(member, attested), "share"), 50);
  EXPECT_EQ(reason_of(shop.happen(member, by_another), "share"), "NOT_MATCHED");
}

}  // namespace
}  // namespace tally::rules
