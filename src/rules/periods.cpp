// The windows of caps and of velocity limits.
#include <tally/rules/periods.h>

#include <tally/base/check.h>

namespace tally::rules {

PeriodPlaces::PeriodPlaces(std::span<const UtcOffset> table, Timestamp block_time)
    : hour_(static_cast<std::int64_t>(block_time.milliseconds() / kHour.milliseconds())),
      day_(local_day(table, block_time)) {}

std::int64_t PeriodPlaces::of(Period period) const {
  switch (period) {
    case Period::Transaction:
    case Period::Ever:
      return 0;
    case Period::Hour:
      return hour_;
    case Period::Day:
      return day_;
    case Period::Week:
      return week_of_day(day_);
    case Period::Month:
      return month_of_day(day_);
    case Period::Year:
      return year_of_day(day_);
  }
  CHECK(false);
}

}  // namespace tally::rules
