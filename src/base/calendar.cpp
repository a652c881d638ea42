// Civil dates from day numbers, after Howard Hinnant's "chrono-compatible low-level date
// algorithms": eras of 400 years, which all have 146,097 days, with the year starting in March.
#include <tally/base/calendar.h>

#include <algorithm>

namespace tally {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kMinuteMs = 60'000;

std::uint8_t last_day_of_month(std::int32_t year, std::uint8_t month) {
  const CivilDate first_of_next = month == 12
                                      ? CivilDate{year + 1, 1, 1}
                                      : CivilDate{year, static_cast<std::uint8_t>(month + 1), 1};
  return civil_from_days(days_from_civil(first_of_next) - 1).day;
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

__extension__ using Wide = __int128;  // the last days of a Timestamp pass 63 bits

/// `local_ms` where local time is UTC plus `minutes`; stops at both ends of time.
Timestamp instant_at(Wide local_ms, std::int16_t minutes) {
  const Wide utc_ms = local_ms - static_cast<Wide>(minutes) * kMinuteMs;
  if (utc_ms < 0) return Timestamp();
  if (utc_ms >= static_cast<Wide>(Timestamp::never().milliseconds())) return Timestamp::never();
  return Timestamp(static_cast<std::uint64_t>(utc_ms));
}

/// The first instant whose local time is `local_ms` or later. Clocks may turn just there, so that
/// it comes late, or comes twice. Within one entry local time only rises; so the earliest entry
/// that reaches it holds its first instant.
Timestamp first_instant(std::span<const UtcOffset> table, Wide local_ms) {
  if (table.empty()) return instant_at(local_ms, 0);
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Timestamp from = i == 0 ? Timestamp() : table[i].from;
    const Timestamp reached = std::max(from, instant_at(local_ms, table[i].minutes));
    if (i + 1 == table.size() || reached < table[i + 1].from) return reached;
  }
  return Timestamp::never();
}

}  // namespace

Timestamp expiry_after_months(std::span<const UtcOffset> table, Timestamp start,
                              std::uint32_t months, MonthRounding rounding) {
  const CivilDate last_valid = round_up(add_months(civil_date(table, start), months), rounding);
  return start_of_day(table, next_day(last_valid));
}

std::int16_t offset_minutes_at(std::span<const UtcOffset> table, Timestamp t) {
  if (table.empty()) return 0;
  std::int16_t minutes = table.front().minutes;
  for (const UtcOffset& entry : table)
    if (entry.from <= t) minutes = entry.minutes;
  return minutes;
}

std::int64_t local_day(std::span<const UtcOffset> table, Timestamp t) {
  // Days first: a far instant, kNever above all, does not fit a signed number of milliseconds.
  const std::uint64_t utc_day = t.milliseconds() / kDay.milliseconds();
  const auto ms_of_day = static_cast<std::int64_t>(t.milliseconds() % kDay.milliseconds());
  const std::int64_t local_ms = ms_of_day + offset_minutes_at(table, t) * kMinuteMs;
  return static_cast<std::int64_t>(utc_day) + floor_div(local_ms, kDayMs);
}

CivilDate civil_date(std::span<const UtcOffset> table, Timestamp t) {
  return civil_from_days(local_day(table, t));
}

Timestamp start_of_day(std::span<const UtcOffset> table, CivilDate date) {
  return first_instant(table, static_cast<Wide>(days_from_civil(date)) * kDayMs);
}

Timestamp first_instant_at(std::span<const UtcOffset> table, LocalTime local) {
  return first_instant(table, local.value());
}

std::int64_t week_of_day(std::int64_t day) {
  return floor_div(day + 3, 7);  // 1 January 1970 was a Thursday
}

std::int64_t month_of_day(std::int64_t day) {
  const CivilDate date = civil_from_days(day);
  return (date.year - std::int64_t{1970}) * 12 + date.month - 1;
}

std::int32_t year_of_day(std::int64_t day) {
  return civil_from_days(day).year;
}

CivilDate next_day(CivilDate date) {
  return civil_from_days(days_from_civil(date) + 1);
}

CivilDate add_months(CivilDate date, std::uint32_t months) {
  const std::int64_t index = date.year * std::int64_t{12} + (date.month - 1) + months;
  const auto year = static_cast<std::int32_t>(floor_div(index, 12));
  const auto month = static_cast<std::uint8_t>(index - year * std::int64_t{12} + 1);
  const std::uint8_t last = last_day_of_month(year, month);
  return CivilDate{year, month, date.day < last ? date.day : last};
}

CivilDate round_up(CivilDate date, MonthRounding rounding) {
  std::uint8_t months_in_period = 1;
  switch (rounding) {
    case MonthRounding::None:
      return date;
    case MonthRounding::EndOfMonth:
      break;
    case MonthRounding::EndOfQuarter:
      months_in_period = 3;
      break;
    case MonthRounding::EndOfHalf:
      months_in_period = 6;
      break;
    case MonthRounding::EndOfYear:
      months_in_period = 12;
      break;
  }
  const int period = (date.month - 1) / months_in_period;
  const auto month = static_cast<std::uint8_t>((period + 1) * months_in_period);
  return CivilDate{date.year, month, last_day_of_month(date.year, month)};
}

std::int64_t days_from_civil(CivilDate date) {
  const std::int64_t year = std::int64_t{date.year} - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t shifted_month = date.month > 2 ? date.month - 3 : date.month + 9;
  const std::int64_t day_of_year = (153 * shifted_month + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

CivilDate civil_from_days(std::int64_t days_since_1970) {
  const std::int64_t days = days_since_1970 + 719'468;
  const std::int64_t era = floor_div(days, 146'097);
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const auto day = static_cast<std::uint8_t>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  const auto month =
      static_cast<std::uint8_t>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return CivilDate{static_cast<std::int32_t>(year), month, day};
}

}  // namespace tally
