// What a run asks for: each kind of transaction that there is, and not in vain.
#include <gtest/gtest.h>

#include "simulation/calm_plan.h"

namespace tally::sim {
namespace {

TEST(Workload, IsAcceptedInEachKindThatThereIs) {
  KindCounts accepted{};
  for (std::uint64_t seed = 4; seed < 200; seed += 8) {
    Plan plan = calm_plan(seed);
    plan.work.interval = 10 * kMillisecond;

    const RunOutcome outcome = run(plan, {});

    EXPECT_FALSE(outcome.failure.has_value()) << "seed " << seed << " " << outcome.failure->what;
    for (std::size_t i = 0; i < accepted.size(); ++i)
      accepted[i] += outcome.accepted[i];
  }

  for (std::size_t i = 0; i < accepted.size(); ++i)
    EXPECT_GT(accepted[i], 0U) << name_of(all_kinds()[i]);
}

}  // namespace
}  // namespace tally::sim
