// The simulator itself: a seed is a run, and a run does what its plan says.
#include <gtest/gtest.h>

#include "simulation/calm_plan.h"

namespace tally::sim {
namespace {

TEST(World, ComesToTheSameTraceAgain) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Plan plan = draw_plan(seed, {});

    EXPECT_EQ(run(plan, {}).trace, run(plan, {}).trace) << "seed " << seed;
  }
}

TEST(World, OrdersAndExecutesWithoutFaults) {
  const RunOutcome outcome = run(calm_plan(7), {});

  EXPECT_FALSE(outcome.failure.has_value());
  EXPECT_GT(outcome.height, 5U);
  EXPECT_EQ(seen(outcome, Seen::LivenessProved), 1U);
  EXPECT_EQ(seen(outcome, Seen::Restart), 0U);
}

TEST(World, RestartsWhatItCrashed) {
  Plan plan = calm_plan(7);
  plan.faults.push_back({.kind = FaultKind::Crash,
                         .at = kSecond,
                         .lasts = 100 * kMillisecond,
                         .instance = 2,
                         .power = true});

  const RunOutcome outcome = run(plan, {});

  EXPECT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(seen(outcome, Seen::PowerCut), 1U);
  EXPECT_EQ(seen(outcome, Seen::Restart), 1U);
}

TEST(World, OrdersNothingWhileNobodyHearsAnybody) {
  Plan plan = calm_plan(7);
  plan.faults.push_back({.kind = FaultKind::Cut,
                         .at = 100 * kMillisecond,
                         .lasts = kHorizon,
                         .links = {0xf, 0xf, 0xf, 0xf}});
  plan.turn = kHorizon;

  const RunOutcome outcome = run(plan, {});

  EXPECT_FALSE(outcome.failure.has_value());
  EXPECT_LT(outcome.height, 10U);
}

}  // namespace
}  // namespace tally::sim
