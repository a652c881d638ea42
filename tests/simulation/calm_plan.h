// A world in which nothing goes wrong, to which a test adds what it asks about.
#pragma once

#include "simulation/outcome.h"
#include "simulation/plan.h"

namespace tally::sim {

[[nodiscard]] inline Plan calm_plan(std::uint64_t seed) {
  Plan plan = draw_plan(seed, {});
  plan.faults.clear();
  plan.liars.clear();
  plan.network = NetworkPlan();
  for (ClockPlan& clock : plan.clocks)
    clock = ClockPlan();
  return plan;
}

[[nodiscard]] inline std::uint64_t seen(const RunOutcome& outcome, Seen what) {
  return outcome.seen[static_cast<std::size_t>(what)];
}

}  // namespace tally::sim
