// What rules remember of two accounts that become one, or part again (design/loyalty.md §14).
#pragma once

#include <tally/model/standing.h>

namespace tally::members {

/// Adds what `from` has used of caps for ever. False: a sum would pass 2^53 − 1.
[[nodiscard]] bool add_caps_for_ever(Standing& to, const Standing& from);

/// Makes `target` what a merge at `now` makes of the two: counts of a lifetime and qualifying
/// points add up, the tier is computed, of all else the larger counts. False: a sum would pass
/// 2^53 − 1. REQUIRES: their segments together fit limits::kSegmentsMax.
[[nodiscard]] bool join(const Programme& programme, Timestamp now, Standing& target,
                        Standing source);

/// The target's standing once the source has gone again: as `before`, if nothing has moved it since
/// it was `after`; else less what the source brought to counts of a lifetime and to the tier.
[[nodiscard]] Standing part(const Programme& programme, Timestamp now, const Standing& target,
                            const Standing& source, const Standing& before, const Standing& after);

/// Segments of either.
[[nodiscard]] std::vector<std::string> both(const std::vector<std::string>& one,
                                            const std::vector<std::string>& other);

}  // namespace tally::members
