// What a refused transaction lacks, for simulation: points, time, or a debt that stands in the way.
#pragma once

#include <tally/model/missing.h>
#include <tally/points/points.h>

namespace tally::points {

/// Of `action`, cards and aliases resolved, that was refused with `outcome` at `now`. Empty where
/// the outcome's own sentence says all. REQUIRES: what was due on its accounts has run on `view`.
[[nodiscard]] Result<Missing> what_is_missing(const Action& action, Outcome outcome, Timestamp now,
                                              Height height, state::RuleBook& rules,
                                              const StateView& view);

}  // namespace tally::points
