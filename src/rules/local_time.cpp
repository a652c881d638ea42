// Days first: the sum of an int and an offset may leave 64 bits, its day never does.
#include "rules/local_time.h"

namespace tally::rules {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kDaysOfWeek = 7;
constexpr std::int64_t kThursday = 3;  // 1970-01-01, counted from Monday as 0

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace

LocalInstant local_instant(std::span<const UtcOffset> table, std::int64_t t) {
  // Before 1970 no entry is in force yet, so the first one holds.
  const Timestamp instant(t < 0 ? 0 : static_cast<std::uint64_t>(t));
  const std::int64_t offset = offset_minutes_at(table, instant);
  const std::int64_t utc_day = floor_div(t, kDayMs);
  const std::int64_t local_ms = t - utc_day * kDayMs + offset * kMinuteMs;
  const std::int64_t turned = floor_div(local_ms, kDayMs);
  return {utc_day + turned, local_ms - turned * kDayMs};
}

std::int64_t day_of_week(std::int64_t day) {
  const std::int64_t from_monday = day + kThursday;
  return from_monday - floor_div(from_monday, kDaysOfWeek) * kDaysOfWeek + 1;
}

}  // namespace tally::rules
