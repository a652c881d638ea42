// Tiers: qualifying points of a calendar year, and the tier that they reach (design/loyalty.md
// §18).
#pragma once

#include <tally/model/standing.h>

#include <cstdint>

namespace tally::rules {

/// The count of the calendar year in which `at` lies; 0 if nothing was posted in it.
[[nodiscard]] Points qualifying_at(const Programme& programme, const TierStanding& standing,
                                   Timestamp at);

/// Posts `points` as of `at`, and raises the tier at once if the count reaches a higher one.
/// False: the count would pass 2^53 − 1; then the standing is of no use.
[[nodiscard]] bool post_qualifying(const Programme& programme, Timestamp at, Points points,
                                   TierStanding& standing);

}  // namespace tally::rules
