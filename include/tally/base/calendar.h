// Civil dates: months that clamp, ends of periods, and the first instant of the next local day.
#pragma once

#include <tally/base/strong.h>
#include <tally/base/time.h>

#include <cstdint>
#include <span>

namespace tally {

/// A day of the proleptic Gregorian calendar. month 1 … 12, day 1 … 31.
struct CivilDate {
  std::int32_t year = 1970;
  std::uint8_t month = 1;
  std::uint8_t day = 1;
  friend constexpr auto operator<=>(const CivilDate&, const CivilDate&) = default;
};

/// A civil date and time as milliseconds since 1970-01-01 00:00 local.
using LocalTime = StrongInteger<struct LocalTimeTag, std::int64_t>;

/// From `from` on, local time is UTC plus `minutes` (−1,440 … 1,440).
struct UtcOffset {
  Timestamp from;
  std::int16_t minutes = 0;
  friend auto operator<=>(const UtcOffset&, const UtcOffset&) = default;
};

enum class MonthRounding : std::uint8_t {
  None = 0,
  EndOfMonth = 1,
  EndOfQuarter = 2,
  EndOfHalf = 3,
  EndOfYear = 4,
};

/// Minutes in force at `t`: the last entry with `from` ≤ t, before the first entry the first,
/// 0 for an empty table (design/loyalty.md §2). REQUIRES: ascending by `from`.
[[nodiscard]] std::int16_t offset_minutes_at(std::span<const UtcOffset> table, Timestamp t);

/// The local day of `t`. It may lie before 1970: an offset may be negative.
[[nodiscard]] CivilDate civil_date(std::span<const UtcOffset> table, Timestamp t);

/// The first instant whose local day is `date`, or a later one where the clocks skip `date`. Where
/// they turn at midnight, that is the turn, or the earlier of two midnights. 0 for a day that began
/// before 1970, kNever for one past the last Timestamp.
[[nodiscard]] Timestamp start_of_day(std::span<const UtcOffset> table, CivilDate date);

/// The first instant whose local time is `local` or later: so an hour that the clocks skip ends
/// where they turn, and of an hour that comes twice it is the first. Its ends are start_of_day's.
[[nodiscard]] Timestamp first_instant_at(std::span<const UtcOffset> table, LocalTime local);

/// The number of a day, ISO week, month or year: each one more than the one before it, so that
/// "the next week" is + 1. Days, and months, count from 1970; weeks begin on Monday, and week 0 has
/// 1 January 1970 in it; years are themselves.
[[nodiscard]] std::int64_t local_day(std::span<const UtcOffset> table, Timestamp t);
[[nodiscard]] std::int64_t week_of_day(std::int64_t day);
[[nodiscard]] std::int64_t month_of_day(std::int64_t day);
[[nodiscard]] std::int32_t year_of_day(std::int64_t day);

[[nodiscard]] CivilDate next_day(CivilDate date);
/// The same day number `months` later, clamped to the month's last day.
[[nodiscard]] CivilDate add_months(CivilDate date, std::uint32_t months);
[[nodiscard]] CivilDate round_up(CivilDate date, MonthRounding rounding);

/// When a lot that starts at `start` expires: the day of `start` + `months`, rounded, then the
/// first instant of the next local day (design/loyalty.md §2, §12).
[[nodiscard]] Timestamp expiry_after_months(std::span<const UtcOffset> table, Timestamp start,
                                            std::uint32_t months, MonthRounding rounding);

[[nodiscard]] std::int64_t days_from_civil(CivilDate date);
[[nodiscard]] CivilDate civil_from_days(std::int64_t days_since_1970);

}  // namespace tally
