// Civil dates against a calendar that counts day by day, and day starts where clocks turn.
#include <tally/base/calendar.h>

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tally {
namespace {

constexpr std::uint64_t kMinuteMs = 60'000;
constexpr std::uint64_t kDayMs = 86'400'000;

constexpr CivilDate date(std::int32_t year, int month, int day) {
  return CivilDate{year, static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
}

/// UTC instant, for the tests' eyes: shares only days_from_civil, which is tested on its own.
Timestamp utc(CivilDate day, int hour, int minute) {
  return Timestamp(static_cast<std::uint64_t>(days_from_civil(day)) * kDayMs +
                   static_cast<std::uint64_t>(hour * 60 + minute) * kMinuteMs);
}

bool is_leap(std::int32_t year) {
  return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
}

int days_of_month(std::int32_t year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

/// Calls `visit(date, days since 1970)` for every day of 1900 … 2200, counted one by one.
template <typename Visit>
void for_each_day(Visit visit) {
  std::int64_t number = -25'567;  // 1900-01-01: 70 years, 17 of them leap years
  for (std::int32_t year = 1900; year <= 2200; ++year)
    for (int month = 1; month <= 12; ++month)
      for (int day = 1; day <= days_of_month(year, month); ++day, ++number)
        visit(date(year, month, day), number);
}

/// The definition, in words of its own: the first minute whose local day is `day` or later.
Timestamp naive_start_of_day(std::span<const UtcOffset> table, CivilDate day) {
  Timestamp t(static_cast<std::uint64_t>(days_from_civil(day) - 3) * kDayMs);
  while (civil_date(table, t) < day)
    t = t.plus(Duration(kMinuteMs));
  return t;
}

// Berlin 2026: the clocks turn at 01:00 UTC, by day.
const std::vector<UtcOffset> kBerlin = {{utc(date(2025, 10, 26), 1, 0), 60},
                                        {utc(date(2026, 3, 29), 1, 0), 120},
                                        {utc(date(2026, 10, 25), 1, 0), 60}};
// São Paulo 2018: midnight is skipped on 4 November (−03:00 to −02:00) and comes twice, as 23:00,
// on 18 February (−02:00 to −03:00).
const std::vector<UtcOffset> kSaoPaulo = {{utc(date(2017, 10, 15), 3, 0), -120},
                                          {utc(date(2018, 2, 18), 2, 0), -180},
                                          {utc(date(2018, 11, 4), 3, 0), -120}};
// Beirut 2021: midnight is skipped on 28 March, east of Greenwich.
const std::vector<UtcOffset> kBeirut = {{utc(date(2020, 10, 24), 21, 0), 120},
                                        {utc(date(2021, 3, 27), 22, 0), 180}};
// Amman 2021: 01:00 goes back to 00:00 on 29 October, so that midnight comes twice.
const std::vector<UtcOffset> kAmman = {{utc(date(2021, 3, 25), 22, 0), 180},
                                       {utc(date(2021, 10, 28), 22, 0), 120}};
// Samoa 2011: there was no 30 December.
const std::vector<UtcOffset> kSamoa = {{utc(date(2011, 9, 24), 14, 0), -600},
                                       {utc(date(2011, 12, 30), 10, 0), 840}};

TEST(Calendar, KnowsTheDayNumbersOfOthers) {
  EXPECT_EQ(days_from_civil(date(1970, 1, 1)), 0);
  EXPECT_EQ(days_from_civil(date(1969, 12, 31)), -1);
  EXPECT_EQ(days_from_civil(date(2000, 3, 1)), 11'017);
  EXPECT_EQ(days_from_civil(date(2038, 1, 19)), 24'855);
  EXPECT_EQ(days_from_civil(date(1, 1, 1)), -719'162);
  EXPECT_EQ(civil_from_days(-719'528), date(0, 1, 1));
}

TEST(Calendar, AgreesWithCountingOnEveryDayOfThreeCenturies) {
  CivilDate before = date(1899, 12, 31);
  for_each_day([&before](CivilDate day, std::int64_t number) {
    ASSERT_EQ(days_from_civil(day), number);
    ASSERT_EQ(civil_from_days(number), day);
    ASSERT_EQ(next_day(before), day);
    before = day;
  });
  EXPECT_EQ(before, date(2200, 12, 31));
}

TEST(Calendar, AddsMonthsAndClampsToTheLastDay) {
  EXPECT_EQ(add_months(date(2026, 1, 31), 1), date(2026, 2, 28));
  EXPECT_EQ(add_months(date(2028, 1, 31), 1), date(2028, 2, 29));
  EXPECT_EQ(add_months(date(2028, 2, 29), 12), date(2029, 2, 28));
  EXPECT_EQ(add_months(date(2028, 2, 29), 48), date(2032, 2, 29));
  EXPECT_EQ(add_months(date(2026, 3, 31), 1), date(2026, 4, 30));
  EXPECT_EQ(add_months(date(2026, 11, 30), 3), date(2027, 2, 28));
  EXPECT_EQ(add_months(date(2026, 12, 1), 1), date(2027, 1, 1));
  EXPECT_EQ(add_months(date(2026, 12, 31), 0), date(2026, 12, 31));
  EXPECT_EQ(add_months(date(1969, 11, 30), 3), date(1970, 2, 28));
  EXPECT_EQ(add_months(date(2026, 5, 15), 1'200), date(2126, 5, 15));
}

TEST(Calendar, AddsMonthsAsCountingThemDoes) {
  for (int first = 1; first <= 12; ++first) {
    std::int32_t year = 2023;
    int month = first;
    for (std::uint32_t months = 0; months <= 60; ++months) {
      for (const int day : {1, 28, 29, 30, 31}) {
        if (day > days_of_month(2023, first)) continue;
        const int clamped = std::min(day, days_of_month(year, month));
        ASSERT_EQ(add_months(date(2023, first, day), months), date(year, month, clamped));
      }
      month = month == 12 ? 1 : month + 1;
      if (month == 1) ++year;
    }
  }
}

TEST(Calendar, RoundsUpToTheEndOfEachPeriod) {
  for_each_day([](CivilDate day, std::int64_t) {
    ASSERT_EQ(round_up(day, MonthRounding::None), day);
    const auto end_after = [day](int months) {
      const int month = (day.month + months - 1) / months * months;
      return date(day.year, month, days_of_month(day.year, month));
    };
    ASSERT_EQ(round_up(day, MonthRounding::EndOfMonth), end_after(1));
    ASSERT_EQ(round_up(day, MonthRounding::EndOfQuarter), end_after(3));
    ASSERT_EQ(round_up(day, MonthRounding::EndOfHalf), end_after(6));
    ASSERT_EQ(round_up(day, MonthRounding::EndOfYear), end_after(12));
  });
}

TEST(Offsets, AreTheFirstBeforeTheFirstAndZeroWithoutATable) {
  EXPECT_EQ(offset_minutes_at({}, utc(date(2026, 7, 1), 0, 0)), 0);
  EXPECT_EQ(offset_minutes_at(kBerlin, Timestamp()), 60);
  EXPECT_EQ(offset_minutes_at(kBerlin, utc(date(2026, 3, 29), 0, 59)), 60);
  EXPECT_EQ(offset_minutes_at(kBerlin, utc(date(2026, 3, 29), 1, 0)), 120);
  EXPECT_EQ(offset_minutes_at(kBerlin, Timestamp::never()), 60);
}

TEST(LocalDay, IsTheOneOfTheOffsetInForce) {
  EXPECT_EQ(civil_date(kBerlin, utc(date(2026, 6, 30), 21, 59)), date(2026, 6, 30));
  EXPECT_EQ(civil_date(kBerlin, utc(date(2026, 6, 30), 22, 0)), date(2026, 7, 1));
  EXPECT_EQ(civil_date(kSaoPaulo, Timestamp()), date(1969, 12, 31));
  EXPECT_EQ(civil_date({}, Timestamp(kDayMs - 1)), date(1970, 1, 1));
  EXPECT_EQ(civil_date({}, Timestamp(kDayMs)), date(1970, 1, 2));
}

TEST(LocalDay, OfTheEndOfTimeIsFarAway) {
  EXPECT_EQ(civil_date({}, Timestamp::never()).year, 584'556'019);
  EXPECT_EQ(civil_date(kBerlin, Timestamp::never()).year, 584'556'019);
}

TEST(DayStart, FollowsTheOffset) {
  EXPECT_EQ(start_of_day({}, date(2026, 7, 1)), utc(date(2026, 7, 1), 0, 0));
  EXPECT_EQ(start_of_day(kBerlin, date(2026, 7, 1)), utc(date(2026, 6, 30), 22, 0));
  EXPECT_EQ(start_of_day(kBerlin, date(2026, 3, 29)), utc(date(2026, 3, 28), 23, 0));
  EXPECT_EQ(start_of_day(kBerlin, date(2026, 3, 30)), utc(date(2026, 3, 29), 22, 0));
  EXPECT_EQ(start_of_day(kBerlin, date(2026, 10, 25)), utc(date(2026, 10, 24), 22, 0));
  EXPECT_EQ(start_of_day(kBerlin, date(2026, 10, 26)), utc(date(2026, 10, 25), 23, 0));
}

TEST(DayStart, IsTheTurnWhereMidnightIsSkipped) {
  EXPECT_EQ(start_of_day(kSaoPaulo, date(2018, 11, 4)), utc(date(2018, 11, 4), 3, 0));
  EXPECT_EQ(start_of_day(kBeirut, date(2021, 3, 28)), utc(date(2021, 3, 27), 22, 0));
}

TEST(DayStart, IsTheOnlyMidnightWhereTheEveningComesTwice) {
  EXPECT_EQ(start_of_day(kSaoPaulo, date(2018, 2, 18)), utc(date(2018, 2, 18), 3, 0));
}

TEST(DayStart, IsTheEarlierOfTwoMidnights) {
  EXPECT_EQ(start_of_day(kAmman, date(2021, 10, 29)), utc(date(2021, 10, 28), 21, 0));
}

TEST(DayStart, OfADayThatWasSkippedIsTheNextDays) {
  EXPECT_EQ(start_of_day(kSamoa, date(2011, 12, 30)), utc(date(2011, 12, 30), 10, 0));
  EXPECT_EQ(start_of_day(kSamoa, date(2011, 12, 31)), utc(date(2011, 12, 30), 10, 0));
}

TEST(DayStart, StopsAtBothEndsOfTime) {
  EXPECT_EQ(start_of_day({}, date(1969, 12, 31)), Timestamp());
  EXPECT_EQ(start_of_day(kBerlin, date(1970, 1, 1)), Timestamp());
  EXPECT_EQ(start_of_day(kSaoPaulo, date(1970, 1, 1)), Timestamp(180 * kMinuteMs - 60 * kMinuteMs));
  EXPECT_EQ(start_of_day({}, date(584'556'020, 1, 1)), Timestamp::never());
  EXPECT_EQ(start_of_day(kBerlin, date(584'556'020, 1, 1)), Timestamp::never());
}

TEST(DayStart, IsTheFirstMinuteOfTheDayAroundEveryTurn) {
  for (const auto* table : {&kBerlin, &kSaoPaulo, &kBeirut, &kAmman, &kSamoa})
    for (const UtcOffset& turn : *table) {
      CivilDate day = civil_date({}, turn.from.minus(Duration(3 * kDayMs)));
      for (int i = 0; i < 7; ++i, day = next_day(day))
        ASSERT_EQ(start_of_day(*table, day), naive_start_of_day(*table, day));
    }
}

RC_GTEST_PROP(DayStart, IsTheFirstMinuteOfTheDayForAnyTable, ()) {
  // A turn every 3 to 30 days, by up to a day: worse than any country's.
  std::vector<UtcOffset> table;
  Timestamp from = utc(date(2026, 1, 1), 0, 0);
  for (int i = 0; i < 4; ++i) {
    table.push_back({from, *rc::gen::inRange<std::int16_t>(-720, 721)});
    from = from.plus(Duration(*rc::gen::inRange<std::uint64_t>(3 * 1'440, 30 * 1'440) * kMinuteMs));
  }
  CivilDate day = civil_date({}, table[1].from.minus(Duration(2 * kDayMs)));

  for (int i = 0; i < 5; ++i, day = next_day(day))
    RC_ASSERT(start_of_day(table, day) == naive_start_of_day(table, day));
}

/// The definition, in words of its own: the first minute whose local time is `local` or later.
Timestamp naive_first_instant(std::span<const UtcOffset> table, LocalTime local) {
  Timestamp t(static_cast<std::uint64_t>(local.value()) - 3 * kDayMs);
  const auto local_time = [&](Timestamp at) {
    return static_cast<std::int64_t>(at.milliseconds()) +
           offset_minutes_at(table, at) * static_cast<std::int64_t>(kMinuteMs);
  };
  while (local_time(t) < local.value())
    t = t.plus(Duration(kMinuteMs));
  return t;
}

LocalTime local(CivilDate day, int hour, int minute) {
  return LocalTime(static_cast<std::int64_t>(utc(day, hour, minute).milliseconds()));
}

TEST(LocalInstant, OfAnHourThatIsSkippedIsTheTurn) {
  EXPECT_EQ(first_instant_at(kBerlin, local(date(2026, 3, 29), 2, 30)),
            utc(date(2026, 3, 29), 1, 0));
  EXPECT_EQ(first_instant_at(kBerlin, local(date(2026, 3, 29), 3, 0)),
            utc(date(2026, 3, 29), 1, 0));
  EXPECT_EQ(first_instant_at(kBerlin, local(date(2026, 3, 29), 1, 59)),
            utc(date(2026, 3, 29), 0, 59));
}

TEST(LocalInstant, OfAnHourThatComesTwiceIsTheFirst) {
  EXPECT_EQ(first_instant_at(kBerlin, local(date(2026, 10, 25), 2, 30)),
            utc(date(2026, 10, 25), 0, 30));
  EXPECT_EQ(first_instant_at(kBerlin, local(date(2026, 10, 25), 3, 0)),
            utc(date(2026, 10, 25), 2, 0));
}

TEST(LocalInstant, StopsAtBothEndsOfTime) {
  EXPECT_EQ(first_instant_at(kBerlin, LocalTime(0)), Timestamp());
  EXPECT_EQ(first_instant_at({}, LocalTime(-1)), Timestamp());
  EXPECT_EQ(first_instant_at({}, LocalTime(7)), Timestamp(7));
}

TEST(LocalInstant, IsTheFirstMinuteAroundEveryTurn) {
  for (const auto* table : {&kBerlin, &kSaoPaulo, &kBeirut, &kAmman, &kSamoa})
    for (const UtcOffset& turn : *table)
      for (int minutes = -1'500; minutes <= 1'500; minutes += 30) {
        const LocalTime at(static_cast<std::int64_t>(turn.from.milliseconds()) +
                           minutes * static_cast<std::int64_t>(kMinuteMs));
        ASSERT_EQ(first_instant_at(*table, at), naive_first_instant(*table, at));
      }
}

TEST(Numbers, OfWeeksRiseOnMondaysAlone) {
  // 4 January 2021, a Monday, began ISO week 1 of 2021; 3 January was still week 53 of 2020.
  const std::int64_t monday = days_from_civil(date(2021, 1, 4));

  for (std::int64_t day = monday - 14'000; day < monday + 14'000; ++day) {
    const bool is_monday = (day - monday) % 7 == 0;
    ASSERT_EQ(week_of_day(day) - week_of_day(day - 1), is_monday ? 1 : 0);
  }
  EXPECT_EQ(week_of_day(0), 0);
}

TEST(Numbers, OfMonthsAndYearsRiseOnTheirFirstDays) {
  for_each_day([](CivilDate day, std::int64_t number) {
    ASSERT_EQ(month_of_day(number) - month_of_day(number - 1), day.day == 1 ? 1 : 0);
    ASSERT_EQ(year_of_day(number), day.year);
  });
  EXPECT_EQ(month_of_day(0), 0);
}

TEST(Numbers, OfDaysAreThoseOfLocalTime) {
  EXPECT_EQ(local_day(kBerlin, utc(date(2026, 6, 30), 21, 59)), days_from_civil(date(2026, 6, 30)));
  EXPECT_EQ(local_day(kBerlin, utc(date(2026, 6, 30), 22, 0)), days_from_civil(date(2026, 7, 1)));
  EXPECT_EQ(local_day(kSaoPaulo, Timestamp()), -1);
}

TEST(Expiry, IsTheFirstInstantAfterTheLastValidDay) {
  const Timestamp start = utc(date(2026, 1, 31), 12, 0);

  EXPECT_EQ(expiry_after_months({}, start, 1, MonthRounding::None), utc(date(2026, 3, 1), 0, 0));
  EXPECT_EQ(expiry_after_months({}, start, 12, MonthRounding::EndOfMonth),
            utc(date(2027, 2, 1), 0, 0));
  EXPECT_EQ(expiry_after_months({}, start, 0, MonthRounding::EndOfQuarter),
            utc(date(2026, 4, 1), 0, 0));
  EXPECT_EQ(expiry_after_months({}, start, 6, MonthRounding::EndOfHalf),
            utc(date(2027, 1, 1), 0, 0));
  EXPECT_EQ(expiry_after_months({}, start, 24, MonthRounding::EndOfYear),
            utc(date(2029, 1, 1), 0, 0));
}

TEST(Expiry, CountsFromTheLocalDayAndEndsByTheOffsetThere) {
  // 22:30 UTC of 30 June is 1 July in Berlin; a month later summer time still holds.
  EXPECT_EQ(expiry_after_months(kBerlin, utc(date(2026, 6, 30), 22, 30), 1, MonthRounding::None),
            utc(date(2026, 8, 1), 22, 0));
  // From summer into winter time.
  EXPECT_EQ(
      expiry_after_months(kBerlin, utc(date(2026, 9, 15), 12, 0), 2, MonthRounding::EndOfMonth),
      utc(date(2026, 11, 30), 23, 0));
}

TEST(Expiry, OfTheEndOfTimeIsNever) {
  EXPECT_EQ(expiry_after_months({}, Timestamp::never(), 1, MonthRounding::None),
            Timestamp::never());
  EXPECT_EQ(expiry_after_months(kBerlin, Timestamp(), ~std::uint32_t{0}, MonthRounding::EndOfYear)
                    .milliseconds() > utc(date(9999, 1, 1), 0, 0).milliseconds(),
            true);
}

}  // namespace
}  // namespace tally
