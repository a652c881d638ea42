// What a programme must be before it may be published.
#pragma once

#include <tally/base/result.h>
#include <tally/model/programme.h>

namespace tally::rules {

/// Every divisor is above 0, and every number within its range. An award may still pass 2^53 − 1:
/// then the earn is AMOUNT_OVERFLOW. Malformed: names the rule's field.
[[nodiscard]] Result<void> check_programme(const Programme& programme);

}  // namespace tally::rules
