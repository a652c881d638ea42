// Counters: late purchases in their own place, changed programmes, and a model that forgets
// nothing.
#include <tally/rules/evaluate.h>

#include "support/a_rule_set.h"

#include <algorithm>
#include <optional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally::rules {
namespace {

using test::bpts;
using test::date;
using test::days;
using test::Shop;
using test::spend;
using test::utc;
using testing::IsEmpty;
using testing::SizeIs;

Counter a_counter(std::string name, CounterKind kind, std::uint32_t size = 0) {
  Counter counter;
  counter.name = std::move(name);
  counter.kind = kind;
  counter.size = size;
  return counter;
}

Counter a_streak(std::string name, Period unit) {
  Counter counter = a_counter(std::move(name), CounterKind::Streak);
  counter.unit = unit;
  return counter;
}

Counter since(std::string name, std::string merchant, RuleSource when = "") {
  Counter counter = a_counter(std::move(name), CounterKind::DaysSince);
  counter.merchant = std::move(merchant);
  counter.when = std::move(when);
  return counter;
}

Shop with_counter(Counter counter) {
  Programme programme = bpts();
  programme.counters = {std::move(counter)};
  return Shop(programme);
}

/// What rules see of the first counter.
std::optional<std::int64_t> seen(Shop& shop, MemberBefore& member, Timestamp event,
                                 Timestamp block) {
  return shop.serve(member, spend(100, event), block).facts.counters.at(0).value;
}
std::optional<std::int64_t> seen(Shop& shop, MemberBefore& member, Timestamp at) {
  return seen(shop, member, at, at);
}

Timestamp march(int day, int hour = 11) {
  return utc(date(2026, 3, day), {hour});
}

TEST(Counters, AStreakIsLeftByALatePurchaseOfAnEarlierUnit) {
  Shop shop = with_counter(a_streak("s", Period::Day));
  MemberBefore member;
  ASSERT_EQ(seen(shop, member, march(3)), 1);
  ASSERT_EQ(seen(shop, member, march(5)), 1);

  EXPECT_EQ(seen(shop, member, march(4), march(5, 12)), 1);
  EXPECT_EQ(seen(shop, member, march(6)), 2);
}

TEST(Counters, AStampCardThatFillsStartsAgainAt0) {
  Shop shop = with_counter(a_counter("card", CounterKind::Stamps, 2));
  MemberBefore member;

  const Awarded first = shop.serve(member, spend(100, march(3)));
  const Awarded second = shop.serve(member, spend(100, march(3)));
  const Awarded third = shop.serve(member, spend(100, march(3)));

  EXPECT_EQ(first.facts.counters[0], (CounterValue{1, false}));
  EXPECT_EQ(second.facts.counters[0], (CounterValue{0, true}));
  EXPECT_EQ(third.facts.counters[0], (CounterValue{1, false}));
}

TEST(Counters, OnlySomePurchasesCountWithACondition) {
  Counter card = a_counter("card", CounterKind::Stamps, 9);
  card.when = "tx.total >= 500";
  Shop shop = with_counter(card);
  MemberBefore member;
  shop.serve(member, spend(500, march(3)));

  EXPECT_EQ(shop.serve(member, spend(499, march(3))).facts.counters[0].value, 1);
  EXPECT_EQ(shop.serve(member, spend(500, march(3))).facts.counters[0].value, 2);
}

TEST(Counters, AConditionThatFailsCountsNothingAndRefusesOnOverflowAlone) {
  Counter card = a_counter("card", CounterKind::Stamps, 9);
  card.when = "lines[0].net > 0";
  Shop failing = with_counter(card);
  card.when = "tx.total * 9007199254740991 > 0";
  Shop leaving = with_counter(card);
  MemberBefore member;

  EXPECT_EQ(failing.serve(member, spend(100, march(3))).facts.counters[0].value, 0);
  EXPECT_EQ(leaving.serve(member, spend(100'000, march(3))).outcome, Outcome::AmountOverflow);
}

TEST(Counters, DaysSinceLookAtWhatCameBeforeByEventTime) {
  Shop shop = with_counter(since("ago", "grocer"));
  MemberBefore member;
  ASSERT_EQ(seen(shop, member, march(3)), std::nullopt);
  ASSERT_EQ(seen(shop, member, march(10)), 7);

  EXPECT_EQ(seen(shop, member, march(8), march(10, 12)), 5);
  EXPECT_EQ(seen(shop, member, march(10, 9), march(10, 13)), 2);  // before that day's first
  EXPECT_EQ(seen(shop, member, march(10, 14)), 0);
}

TEST(Counters, DaysSinceWithAConditionRememberItsOwnDays) {
  Shop shop = with_counter(since("ago", "grocer", "tx.total >= 500"));
  MemberBefore member;
  shop.serve(member, spend(500, march(3)));
  shop.serve(member, spend(100, march(5)));

  EXPECT_EQ(seen(shop, member, march(9)), 6);
}

TEST(Counters, DaysSinceAnotherMerchantAreReadFromIts) {
  Shop shop = with_counter(since("ago", "airline"));
  shop.others = {{"airline", {{0, march(3), 1}, {0, march(9), 2}}}};
  MemberBefore member;

  EXPECT_EQ(seen(shop, member, march(8)), 5);
  EXPECT_EQ(seen(shop, member, march(10)), 1);
  shop.others.clear();
  EXPECT_EQ(seen(shop, member, march(11)), std::nullopt);
}

TEST(Counters, AnActivationDoesNotFindItsOwnPurchase) {
  Programme programme = bpts();
  programme.earn.pending = {false, days(14)};
  programme.counters = {since("ago", "grocer")};
  Shop shop(programme);
  MemberBefore member;
  shop.serve(member, spend(100, march(3)));
  const Earn purchase = spend(100, march(10));
  shop.serve(member, purchase);

  const Awarded awarded = shop.activate(member, purchase, march(10), march(24));

  EXPECT_EQ(awarded.facts.counters[0].value, 7);
}

TEST(Counters, WhatPostsAtActivationIsSeenByActivatedAlone) {
  Programme programme = bpts();
  Counter card = a_counter("card", CounterKind::Stamps, 9);
  card.post = Posting::Activation;
  programme.counters = {card, a_counter("visits", CounterKind::Visits, 7)};
  Shop shop(programme);
  MemberBefore member;

  const RuleFacts facts = shop.serve(member, spend(100, march(3))).facts;

  ASSERT_THAT(facts.counters, SizeIs(2));
  ASSERT_THAT(facts.counters_activated, SizeIs(2));
  EXPECT_EQ(facts.counters[0].value, 0);
  EXPECT_EQ(facts.counters_activated[0].value, 1);
  EXPECT_EQ(facts.counters[1].value, 1);
  EXPECT_EQ(facts.counters_activated[1].value, 1);
}

TEST(Counters, FactsHoldOneListWhereActivationSeesTheSame) {
  Shop shop = with_counter(a_counter("visits", CounterKind::Visits, 7));
  MemberBefore member;

  EXPECT_THAT(shop.serve(member, spend(100, march(3))).facts.counters_activated, IsEmpty());
}

TEST(Counters, AnAttestedActionReadsAndMovesNothing) {
  Shop shop = with_counter(a_counter("visits", CounterKind::Visits, 3));
  MemberBefore member;
  shop.serve(member, spend(100, march(3)));
  const Standing before = member.standing;
  Occasion attested;
  attested.trigger = Trigger::Attested;
  attested.event_time = march(5);
  attested.block_time = march(5);

  const Awarded awarded = shop.happen(member, attested);

  EXPECT_EQ(awarded.facts.counters[0].value, 1);
  EXPECT_EQ(member.standing, before);
}

TEST(Counters, ThatTheProgrammeNoLongerHasAreForgotten) {
  Shop shop = with_counter(a_counter("card", CounterKind::Stamps, 9));
  MemberBefore member;
  shop.serve(member, spend(100, march(3)));
  ASSERT_THAT(member.standing.counters, SizeIs(1));

  Shop(bpts()).serve(member, spend(100, march(3)));

  EXPECT_THAT(member.standing.counters, IsEmpty());
}

TEST(Counters, OfAnotherKindUnderAnOldNameStartAnew) {
  MemberBefore member;
  Shop streak = with_counter(a_streak("x", Period::Day));
  Shop stamps = with_counter(a_counter("x", CounterKind::Stamps, 9));
  Shop visits = with_counter(a_counter("x", CounterKind::Visits, 9));
  for (int day = 3; day <= 6; ++day)
    seen(streak, member, march(day));

  EXPECT_EQ(seen(stamps, member, march(7)), 1);
  EXPECT_EQ(seen(visits, member, march(8)), 1);
  EXPECT_EQ(seen(streak, member, march(9)), 1);
}

TEST(Counters, ACardThatBecameSmallerIsOneStampShortOfFull) {
  MemberBefore member;
  member.standing.counters = {{"x", 0, 8, {}}};
  Shop shop = with_counter(a_counter("x", CounterKind::Stamps, 5));

  EXPECT_EQ(shop.serve(member, spend(100, march(3))).facts.counters[0], (CounterValue{0, true}));
}

TEST(Counters, AStreakOfWeeksGoesOnAsOneOfDays) {
  MemberBefore member;
  Shop weeks = with_counter(a_streak("x", Period::Week));
  Shop of_days = with_counter(a_streak("x", Period::Day));
  seen(weeks, member, march(3));
  ASSERT_EQ(seen(weeks, member, march(10)), 2);

  EXPECT_EQ(seen(of_days, member, march(11)), 3);
  EXPECT_EQ(seen(of_days, member, march(13)), 1);
}

TEST(Counters, AStandingKeepsNoMoreDaysThanMayBeAskedFor) {
  Programme programme = bpts();
  programme.counters = {a_counter("visits", CounterKind::Visits, 7), since("ago", "grocer"),
                        since("big", "grocer", "tx.total > 50")};
  Shop shop(programme);
  MemberBefore member;
  Timestamp at = march(1);
  for (int i = 0; i < 100; ++i, at = at.plus(kDay))
    shop.serve(member, spend(100, at));

  // Four local days lie in the offline window of three; one more day before them.
  EXPECT_THAT(member.standing.purchase_days, SizeIs(5));
  ASSERT_THAT(member.standing.counters, SizeIs(2));
  EXPECT_THAT(member.standing.counters[0].days, SizeIs(5));   // big
  EXPECT_THAT(member.standing.counters[1].days, SizeIs(10));  // visits: seven, and three before
}

/// A purchase as the model remembers it, for ever.
struct Remembered {
  Timestamp event;
  CivilDate day;
};

/// Counts by looking through all purchases again.
class Model {
 public:
  explicit Model(const Programme& programme) : offsets_(programme.utc_offsets) {}

  CivilDate day_of(Timestamp t) const { return civil_date(offsets_, t); }
  void remember(Timestamp event) { all_.push_back({event, day_of(event)}); }

  std::int64_t visits(Timestamp event, std::int64_t span) const {
    const std::int64_t last = days_from_civil(day_of(event));
    return std::count_if(all_.begin(), all_.end(), [&](const Remembered& purchase) {
      const std::int64_t ago = last - days_from_civil(purchase.day);
      return ago >= 0 && ago < span;
    });
  }

  std::optional<std::int64_t> days_since(Timestamp event) const {
    std::optional<Remembered> best;
    for (const Remembered& purchase : all_)
      if (purchase.event <= event && (!best || purchase.event > best->event)) best = purchase;
    if (!best) return std::nullopt;
    return days_from_civil(day_of(event)) - days_from_civil(best->day);
  }

 private:
  std::vector<UtcOffset> offsets_;
  std::vector<Remembered> all_;
};

/// The first day of a day's unit: so that units compare without numbers.
CivilDate first_day(Period unit, CivilDate day) {
  if (unit == Period::Month) return CivilDate{day.year, day.month, 1};
  if (unit == Period::Day) return day;
  const std::int64_t number = days_from_civil(day);
  const std::int64_t monday = days_from_civil(date(2021, 1, 4));
  return civil_from_days(number - (((number - monday) % 7) + 7) % 7);
}

CivilDate first_day_of_next(Period unit, CivilDate first) {
  if (unit == Period::Month) return add_months(first, 1);
  return civil_from_days(days_from_civil(first) + (unit == Period::Week ? 7 : 1));
}

/// A streak in words of its own.
struct StreakModel {
  Period unit;
  std::optional<CivilDate> last;
  std::int64_t value = 0;

  void count(CivilDate day) {
    const CivilDate first = first_day(unit, day);
    if (last && first <= *last) return;
    value = last && first_day_of_next(unit, *last) == first ? value + 1 : 1;
    last = first;
  }
};

/// A purchase at the airline, whose programme remembers its days.
void fly(Timestamp at, Model& airline, Shop& shop) {
  airline.remember(at);
  const std::int64_t day = days_from_civil(airline.day_of(at));
  std::vector<DayCount> flown;
  if (!shop.others.empty()) flown = shop.others[0].days;
  if (flown.empty() || flown.back().day != day) flown.push_back({day, at, 1});
  shop.others = {{"airline", flown}};
}

RC_GTEST_PROP(Counters, AgreeWithAModelThatRemembersAllPurchases, ()) {
  Programme programme = bpts();
  programme.offline_window = Duration(*rc::gen::inRange<std::uint64_t>(0, 8) * 43'200'000);
  programme.counters = {a_streak("day", Period::Day),
                        a_streak("month", Period::Month),
                        a_streak("week", Period::Week),
                        since("ago", "grocer"),
                        since("big", "grocer", "tx.total >= 500"),
                        since("air", "airline"),
                        a_counter("card", CounterKind::Stamps, 4),
                        a_counter("v1", CounterKind::Visits, 1),
                        a_counter("v30", CounterKind::Visits, 30),
                        a_counter("shops", CounterKind::DistinctMerchants, 5)};
  Shop shop(programme);
  MemberBefore member;
  Model grocer(programme);
  Model big(programme);
  Model airline(programme);
  StreakModel streaks[] = {{Period::Day, {}, 0}, {Period::Month, {}, 0}, {Period::Week, {}, 0}};
  std::int64_t stamps = 0;
  Timestamp block = utc(date(2026, 3, 20));
  std::uint64_t counted = 0;

  const int purchases = *rc::gen::inRange(1, 40);
  for (int i = 0; i < purchases; ++i) {
    block = block.plus(Duration(*rc::gen::inRange<std::uint64_t>(1, 4ULL * 86'400'000)));
    if (*rc::gen::inRange(0, 4) == 0) fly(block, airline, shop);
    const Timestamp event =
        block.minus(Duration(*rc::gen::inRange<std::uint64_t>(0, 5ULL * 86'400'000)));
    const std::int64_t total = *rc::gen::element<std::int64_t>(0, 100, 500);
    const bool counts = total > 0 && block.since(event) <= programme.offline_window;
    const auto ago = grocer.days_since(event);
    const auto big_ago = big.days_since(event);
    const auto air_ago = airline.days_since(event);

    const Awarded awarded = shop.serve(member, spend(total, event), block);

    if (counts) {
      ++counted;
      grocer.remember(event);
      if (total >= 500) big.remember(event);
      for (StreakModel& streak : streaks)
        streak.count(grocer.day_of(event));
      stamps = (stamps + 1) % 4;
    }
    const std::vector<CounterValue>& values = awarded.facts.counters;
    RC_ASSERT(values.at(0).value == streaks[0].value);
    RC_ASSERT(values.at(1).value == streaks[1].value);
    RC_ASSERT(values.at(2).value == streaks[2].value);
    RC_ASSERT(values.at(5).value == air_ago);
    RC_ASSERT(values.at(6).value == stamps);
    RC_ASSERT(values.at(6).full == (counts && stamps == 0));
    RC_ASSERT(member.standing.purchases == counted);
    RC_ASSERT(member.standing.purchase_days.size() <= 6U);
    RC_ASSERT(test::survives_its_record(member.standing));
    if (block.since(event) > programme.offline_window) continue;  // its days may be forgotten
    RC_ASSERT(values.at(3).value == ago);
    RC_ASSERT(values.at(4).value == big_ago);
    RC_ASSERT(values.at(7).value == grocer.visits(event, 1));
    RC_ASSERT(values.at(8).value == grocer.visits(event, 30));
    RC_ASSERT(values.at(9).value ==
              (grocer.visits(event, 5) > 0 ? 1 : 0) + (airline.visits(event, 5) > 0 ? 1 : 0));
  }
}

}  // namespace
}  // namespace tally::rules
