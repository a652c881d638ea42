// That twins are steered every way there is, and that f+1 of them can break agreement.
#include "simulation/twins.h"

#include <gtest/gtest.h>
#include <tally/consensus/epoch.h>

#include <bit>
#include <set>
#include <utility>

namespace tally::sim {
namespace {

using consensus::Quorum;

/// Which pairs of instances hear each other, in each view.
std::vector<std::vector<bool>> pairs_of(const TwinScenario& scenario) {
  std::vector<std::vector<bool>> views;
  for (std::uint64_t view = 0; view < scenario.sides.size(); ++view) {
    std::vector<bool>& pairs = views.emplace_back();
    for (std::size_t i = 0; i < scenario.instances(); ++i)
      for (std::size_t j = 0; j < scenario.instances(); ++j)
        pairs.push_back(scenario.hears(View(view), i, j));
  }
  return views;
}

TEST(Twins, OfFourNodesHaveEverySplitOfFiveInstancesInTwoViewsOnce) {
  std::set<std::pair<std::uint16_t, std::vector<std::vector<bool>>>> seen;

  EXPECT_EQ(count_twin_scenarios(4, 2), 1'024U);
  for (std::uint64_t number = 0; number < 1'024; ++number) {
    const TwinScenario scenario = twin_scenario(number, 4, 2);
    ASSERT_EQ(scenario.instances(), 5U);
    seen.emplace(scenario.twins.front().value(), pairs_of(scenario));
  }

  EXPECT_EQ(seen.size(), 1'024U);
}

TEST(Twins, CountAsTheDesignDoes) {
  EXPECT_EQ(count_twin_scenarios(4, 3), 16'384U);
  EXPECT_EQ(count_twin_scenarios(4, 4), 262'144U);
}

TEST(Twins, HearInGroupsAndLaterAllHearAll) {
  Random random(5);

  for (int i = 0; i < 100; ++i) {
    const TwinScenario scenario = draw_twin_scenario(random, 7, 2, 3);
    ASSERT_EQ(scenario.instances(), 9U);
    for (std::uint64_t view = 0; view < 5; ++view)
      for (std::size_t a = 0; a < 9; ++a) {
        EXPECT_TRUE(scenario.hears(View(view), a, a));
        for (std::size_t b = 0; b < 9; ++b) {
          EXPECT_EQ(scenario.hears(View(view), a, b), scenario.hears(View(view), b, a));
          if (view >= 3) {
            EXPECT_TRUE(scenario.hears(View(view), a, b));
          }
          // No three are each apart from the others: two groups at most.
          for (std::size_t c = 0; c < 9; ++c)
            EXPECT_TRUE(scenario.hears(View(view), a, b) || scenario.hears(View(view), b, c) ||
                        scenario.hears(View(view), a, c));
        }
      }
  }
}

TEST(Twins, AreDrawnAmongAllNodesEachOnce) {
  Random random(6);
  std::set<NodeIndex> seen;

  for (int i = 0; i < 100; ++i) {
    const TwinScenario scenario = draw_twin_scenario(random, 5, 2, 1);
    EXPECT_NE(scenario.twins[0], scenario.twins[1]);
    seen.insert(scenario.twins.begin(), scenario.twins.end());
  }

  EXPECT_EQ(seen.size(), 5U);
}

TEST(Twins, MoreThanTheBudgetHaveAQuorumOnBothSides) {
  for (std::size_t nodes = 4; nodes <= 16; ++nodes) {
    const TwinScenario scenario = splitting_scenario(nodes, 2);
    EXPECT_GT(scenario.twins.size(), Quorum(nodes).faulty());
    std::set<NodeIndex> sides[2];
    for (std::size_t i = 0; i < scenario.instances(); ++i) {
      const NodeIndex identity =
          i < nodes ? NodeIndex(static_cast<std::uint16_t>(i)) : scenario.twins[i - nodes];
      sides[scenario.hears(View(), 0, i) ? 0 : 1].insert(identity);
    }
    for (const std::set<NodeIndex>& side : sides)
      EXPECT_GE(side.size(), Quorum(nodes).quorum()) << nodes;
  }
}

TEST(Twins, AreAllThatGoesWrongInAPlan) {
  Random random(9);

  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    PlanOptions options;
    options.nodes = 4;
    options.twins = 1;
    const TwinScenario scenario = draw_twin_scenario(random, 4, 1, 2);
    const Plan plan = steered(draw_plan(seed, options), scenario);

    EXPECT_EQ(plan.twins, scenario.twins);
    EXPECT_EQ(plan.sides, scenario.sides);
    EXPECT_TRUE(plan.faults.empty());
    EXPECT_TRUE(plan.liars.empty());
    EXPECT_EQ(plan.network.loss_permille, 0U);
    EXPECT_EQ(plan.core, 0b1111U & ~bit(scenario.twins.front().value()));
    EXPECT_FALSE(plan.expects_split);
  }
}

TEST(Twins, AreDrawnByTheNumberOfTheSeed) {
  PlanOptions options;
  options.nodes = 4;
  options.twins = 1;
  options.views = 2;

  for (const std::uint64_t seed : {0U, 5U, 1'023U}) {
    const Plan plan = draw_plan(seed, options);
    const TwinScenario scenario = twin_scenario(seed, 4, 2);
    EXPECT_EQ(plan.twins, scenario.twins);
    EXPECT_EQ(plan.sides, scenario.sides);
  }
  options.twins = 2;
  EXPECT_TRUE(draw_plan(3, options).expects_split);
  EXPECT_EQ(draw_plan(3, options).sides.size(), 2U);
}

TEST(Twins, SayWhatTheyAre) {
  EXPECT_EQ(splitting_scenario(4, 1).twins.size(), 2U);
  EXPECT_EQ(describe(TwinScenario{4, {NodeIndex(2)}, {3, 17}}), "twins=2 sides=3/17");
}

}  // namespace
}  // namespace tally::sim
