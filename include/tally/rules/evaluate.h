// What a purchase earns.
#pragma once

#include <tally/model/points_actions.h>
#include <tally/model/programme.h>

#include <optional>
#include <string>
#include <vector>

namespace tally::rules {

/// Points of one source of an earn.
struct EarnLine {
  std::string source;  ///< "base"
  Points points;
};

/// total − tax (unless the programme counts it) − excluded − value paid by points, at least 0
/// (design/loyalty.md §6, step 2). `paid_by_points`: the larger of what the earn says and what the
/// order's redemptions paid.
[[nodiscard]] Money eligible_amount(const Programme& programme, const Earn& purchase,
                                    Money paid_by_points);

/// One line a source, each rounded down to whole points once for the order; a source of 0 points
/// has its line too. nullopt: a line passes 2^53 − 1 (AMOUNT_OVERFLOW).
[[nodiscard]] std::optional<std::vector<EarnLine>> evaluate_earn(const Programme& programme,
                                                                 const Earn& purchase,
                                                                 Money paid_by_points);

}  // namespace tally::rules
