// Local time of any int that a rule may hand in, far past and far future too.
#pragma once

#include <tally/base/calendar.h>

#include <cstdint>
#include <span>

namespace tally::rules {

struct LocalInstant {
  std::int64_t day = 0;  ///< since 1970-01-01, local
  std::int64_t ms_of_day = 0;
};
/// Of `t` milliseconds UTC since 1970, by the programme's table (design/loyalty.md §2).
[[nodiscard]] LocalInstant local_instant(std::span<const UtcOffset> table, std::int64_t t);

/// 1 is Monday.
[[nodiscard]] std::int64_t day_of_week(std::int64_t day);

}  // namespace tally::rules
