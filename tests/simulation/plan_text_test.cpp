// That a plan comes back from its text as it was, and that nothing else is taken for one.
#include "simulation/plan_text.h"

#include <gtest/gtest.h>

namespace tally::sim {
namespace {

TEST(PlanText, BringsBackWhatWasDrawn) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    PlanOptions options;
    options.nodes = 4 + seed % 13;
    options.twins = seed % 5 == 0 ? 1 : 0;
    options.level2_percent = seed % 3 == 0 ? 100 : 0;
    const Plan plan = draw_plan(seed, options);

    const std::string text = to_text(plan);
    const Result<Plan> back = plan_from_text(text);

    ASSERT_TRUE(back.ok()) << back.error().message;
    EXPECT_EQ(to_text(*back), text);
    EXPECT_EQ(describe(*back), describe(plan));
  }
}

TEST(PlanText, LeavesOutWhatIsAsByDefault) {
  Plan plan;
  plan.clocks.resize(4);
  plan.outside.resize(4);
  const std::string plain = to_text(plan);

  plan.network.loss_permille = 7;

  EXPECT_EQ(plain.find("loss_permille"), std::string::npos);
  EXPECT_NE(to_text(plan).find("\nloss_permille 7\n"), std::string::npos);
}

TEST(PlanText, RefusesWhatIsNoPlan) {
  Plan plan;
  plan.clocks.resize(4);
  plan.outside.resize(4);
  const std::string good = to_text(plan);
  ASSERT_TRUE(plan_from_text(good).ok());

  for (const char* bad :
       {"nodes", "nodes x", "nodes 4 5", "nodes 3", "nodes 5", "colour 3", "twin 4", "slow 4",
        "clock 1 1", "outside 4", "liar 4", "window-of-liar delay 0 1 2", "fault",
        "fault crash 1 1 4 0 0 0 0", "fault crash 1 1 0 9 0 0 0", "fault quake 1 1 0 0 0 0 0",
        "fault cut 1 1 0 0 0 0 0", "fault crash 1 1 0 0 0 0 0 1 1 1 1",
        "liar 1\nwindow-of-liar kindness 0 1 2"}) {
    EXPECT_FALSE(plan_from_text(good + bad).ok()) << bad;
  }
}

TEST(PlanText, NamesTheLineThatIsWrong) {
  const Result<Plan> plan = plan_from_text("# one\nseed 1\nnodes many\n");
  ASSERT_FALSE(plan.ok());
  EXPECT_NE(plan.error().message.find("line 3"), std::string::npos);
}

}  // namespace
}  // namespace tally::sim
