// Shrinking: from a plan that fails to the least one that still does (design/reliability.md §4.8).
#pragma once

#include "simulation/plan.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace tally::sim {

/// When a run of this plan fails in the way that is looked for; nullopt: it does not.
using Trial = std::function<std::optional<Micros>(const Plan&)>;

struct Shrunk {
  Plan plan;              ///< fails still; the first one where it did not fail at all
  bool fails = false;     ///< whether the first one did
  bool is_least = false;  ///< no single step makes it smaller; else time was over
  std::size_t trials = 0;
};

/// Drops what comes after the failure, then tries by turns: a shorter safety phase, a class of
/// faults off, fewer faults and windows of liars (Zeller & Hildebrandt 2002, ddmin), fewer nodes,
/// fewer requests, shorter and plainer faults; again until none of it helps or `is_over`, which is
/// asked before each trial. A plan stays within its fault budget, so a failure stays a bug.
[[nodiscard]] Shrunk shrink(const Plan& plan, const Trial& trial,
                            const std::function<bool()>& is_over);

/// `plan` without node `node`: all that names it goes, the nodes above it move down by one.
/// nullopt: that leaves fewer than four nodes, or more faulty ones than they bear. A node with a
/// twin does not go.
[[nodiscard]] std::optional<Plan> without_node(const Plan& plan, std::size_t node);

/// What stands in a plan: faults, liars, nodes; for tests and for the last line of a shrink.
[[nodiscard]] std::string size_of(const Plan& plan);

}  // namespace tally::sim
