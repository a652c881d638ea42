// When lots expire: the vectors of design/loyalty-vectors.md that need no lots.
#include <tally/rules/evaluate.h>

#include "support/a_rule_set.h"

#include <gtest/gtest.h>

namespace tally::rules {
namespace {

using test::bpts;
using test::date;
using test::utc;

ExpiryRule rolling(std::uint32_t months, MonthRounding rounding) {
  ExpiryRule rule;
  rule.kind = ExpiryKind::Rolling;
  rule.months = months;
  rule.rounding = rounding;
  return rule;
}

TEST(ExpiryVectors, L01EndsWithTheLastDayOfAShorterMonth) {
  const Timestamp start = utc(date(2026, 1, 31), {11});

  EXPECT_EQ(expires_at(rolling(1, MonthRounding::None), bpts().utc_offsets, start),
            utc(date(2026, 2, 28), {23}));
}

TEST(ExpiryVectors, L03EndsWithTheQuarter) {
  const Timestamp start = utc(date(2016, 12, 12), {11});

  EXPECT_EQ(expires_at(rolling(36, MonthRounding::EndOfQuarter), bpts().utc_offsets, start),
            utc(date(2019, 12, 31), {23}));
}

TEST(ExpiryVectors, L15TakesTheFirstDateThatIsFarEnough) {
  ExpiryRule fixed;
  fixed.kind = ExpiryKind::Fixed;
  fixed.dates = {date(2027, 1, 1), date(2028, 1, 1)};
  fixed.min_days = 60;
  const auto expiry = [&](Timestamp start) { return expires_at(fixed, bpts().utc_offsets, start); };

  EXPECT_EQ(expiry(utc(date(2026, 11, 2), {11})), utc(date(2026, 12, 31), {23}));
  EXPECT_EQ(expiry(utc(date(2026, 11, 3), {11})), utc(date(2027, 12, 31), {23}));
  // 23:00Z of 2 November is 3 November.
  EXPECT_EQ(expiry(utc(date(2026, 11, 2), {23})), utc(date(2027, 12, 31), {23}));
}

TEST(Expiry, IsNeverWithoutADateThatIsFarEnough) {
  ExpiryRule fixed;
  fixed.kind = ExpiryKind::Fixed;
  fixed.dates = {date(2027, 1, 1)};
  fixed.min_days = 1;

  EXPECT_EQ(expires_at(fixed, {}, utc(date(2026, 12, 31))), utc(date(2027, 1, 1)));
  EXPECT_EQ(expires_at(fixed, {}, utc(date(2027, 1, 1))), Timestamp::never());
}

TEST(Expiry, IsNeverWherePointsDoNotExpire) {
  EXPECT_EQ(expires_at(ExpiryRule{}, bpts().utc_offsets, utc(date(2026, 1, 1))),
            Timestamp::never());
}

TEST(ExpiryVectors, L07MovesWithTheMembersActivity) {
  ExpiryRule rule = rolling(18, MonthRounding::None);
  rule.kind = ExpiryKind::Inactivity;
  const auto expiry = [&](Timestamp activity) {
    return idle_at(rule, bpts().utc_offsets, activity);
  };

  // The first instant after 10 July 2026, and after 1 November 2027, local.
  EXPECT_EQ(expiry(utc(date(2025, 1, 10), {11})), utc(date(2026, 7, 10), {22}));
  EXPECT_EQ(expiry(utc(date(2026, 5, 1), {11})), utc(date(2027, 11, 1), {23}));
}

TEST(ExpiryVectors, L08ExtendsFromTheLastDay) {
  const Timestamp june = utc(date(2026, 6, 30), {22});
  const auto later = [&](MonthRounding rounding) {
    return extended(june, 6, rounding, bpts().utc_offsets);
  };

  EXPECT_EQ(later(MonthRounding::None), utc(date(2026, 12, 30), {23}));
  EXPECT_EQ(later(MonthRounding::EndOfMonth), utc(date(2026, 12, 31), {23}));
  EXPECT_EQ(extended(Timestamp::never(), 6, MonthRounding::None, {}), Timestamp::never());
}

TEST(ExpiryVectors, L09ReinstatesFromTheBeginningOfADay) {
  const auto from = [](Timestamp request) {
    return reinstated_from({10, 30}, bpts().utc_offsets, request);
  };

  EXPECT_EQ(from(utc(date(2026, 1, 15), {11})), utc(date(2026, 1, 4), {23}));
  EXPECT_EQ(from(utc(date(2026, 1, 15), {22, 59})), utc(date(2026, 1, 4), {23}));
  EXPECT_EQ(from(utc(date(2026, 1, 15), {23})), utc(date(2026, 1, 5), {23}));
}

}  // namespace
}  // namespace tally::rules
