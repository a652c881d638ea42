// Periods: which hour, day, week, month or year an instant lies in, by a programme's civil time.
#pragma once

#include <tally/base/calendar.h>
#include <tally/model/programme.h>

#include <cstdint>
#include <span>

namespace tally::rules {

/// The numbers of the hour, day, week, month and year that an instant of block time lies in, by the
/// programme's civil time (design/loyalty.md §2).
class PeriodPlaces {
 public:
  PeriodPlaces(std::span<const UtcOffset> table, Timestamp block_time);
  [[nodiscard]] std::int64_t of(Period period) const;

 private:
  std::int64_t hour_;
  std::int64_t day_;
};

}  // namespace tally::rules
