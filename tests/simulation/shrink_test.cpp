// That planted failures shrink to what they need, and to nothing less.
#include "simulation/shrink.h"

#include <gtest/gtest.h>
#include <tally/consensus/epoch.h>

#include <algorithm>
#include <string>

namespace tally::sim {
namespace {

const std::function<bool()> kForEver = [] { return false; };

Fault fault_of(FaultKind kind, Micros at, std::size_t instance) {
  Fault fault;
  fault.kind = kind;
  fault.at = at;
  fault.lasts = 200 * kMillisecond;
  fault.instance = instance;
  return fault;
}

/// Seven nodes, two liars, everything on, and 40 faults, one each tenth of a second.
Plan rich_plan() {
  Plan plan;
  plan.nodes = 7;
  plan.clocks.assign(7, ClockPlan{100, 2'000});
  plan.outside.assign(7, Outside::Mute);
  plan.core = 0b0011111;
  plan.turn = 5 * kSecond;
  plan.network.loss_permille = 50;
  plan.network.duplicate_permille = 50;
  plan.network.tail_percent = 10;
  plan.network.keeps_order = false;
  plan.network.slow = 6;
  plan.work.moves_clock = true;
  plan.work.has_office = true;
  for (std::size_t i = 0; i < 40; ++i) {
    const FaultKind kinds[] = {FaultKind::Crash, FaultKind::Pause, FaultKind::WallJump,
                               FaultKind::DiskFails};
    plan.faults.push_back(fault_of(kinds[i % 4], (i + 1) * 100 * kMillisecond, i % 7));
    plan.faults.back().power = true;
    plan.faults.back().point = CrashPoint::AfterSync;
  }
  Fault cut = fault_of(FaultKind::Cut, 1'050 * kMillisecond, 0);
  cut.links.assign(7, bit(3));
  plan.faults.insert(plan.faults.begin() + 10, cut);
  plan.liars = {{5, {{"delay", kBoot}, {"two_votes", kBoot}, {"flood", kBoot}}},
                {6, {{"withhold", kBoot}, {"few", kBoot}}}};
  return plan;
}

std::size_t count(const Plan& plan, FaultKind kind) {
  return static_cast<std::size_t>(
      std::ranges::count_if(plan.faults, [kind](const Fault& f) { return f.kind == kind; }));
}

bool has_window(const Plan& plan, const std::string& name) {
  return std::ranges::any_of(plan.liars, [&](const LiarPlan& liar) {
    return std::ranges::any_of(liar.windows,
                               [&](const StrategyWindow& w) { return w.name == name; });
  });
}

TEST(Shrink, KeepsOnlyTheTwoFaultsThatItTakes) {
  const Trial trial = [](const Plan& plan) -> std::optional<Micros> {
    if (count(plan, FaultKind::Cut) > 0 && count(plan, FaultKind::Pause) > 0) return 4 * kSecond;
    return std::nullopt;
  };

  const Shrunk shrunk = shrink(rich_plan(), trial, kForEver);

  EXPECT_TRUE(shrunk.fails);
  EXPECT_TRUE(shrunk.is_least);
  EXPECT_TRUE(trial(shrunk.plan).has_value());
  EXPECT_EQ(shrunk.plan.faults.size(), 2U) << size_of(shrunk.plan);
  EXPECT_TRUE(shrunk.plan.liars.empty());
  EXPECT_EQ(shrunk.plan.nodes, 4U);
  EXPECT_EQ(shrunk.plan.clocks.size(), 4U);
  EXPECT_EQ(shrunk.plan.network.loss_permille, 0U);
  EXPECT_EQ(shrunk.plan.network.duplicate_permille, 0U);
  EXPECT_TRUE(shrunk.plan.network.keeps_order);
  EXPECT_FALSE(shrunk.plan.work.moves_clock);
  EXPECT_FALSE(shrunk.plan.work.has_office);
  for (const Fault& fault : shrunk.plan.faults) {
    EXPECT_FALSE(fault.power);
    EXPECT_LT(fault.lasts, 2 * kMillisecond);
  }
}

TEST(Shrink, KeepsTheLiarAndTheLossThatItTakes) {
  const Trial trial = [](const Plan& plan) -> std::optional<Micros> {
    if (has_window(plan, "two_votes") && plan.network.loss_permille > 0) return kSecond;
    return std::nullopt;
  };

  const Shrunk shrunk = shrink(rich_plan(), trial, kForEver);

  EXPECT_TRUE(shrunk.plan.faults.empty());
  ASSERT_EQ(shrunk.plan.liars.size(), 1U);
  ASSERT_EQ(shrunk.plan.liars.front().windows.size(), 1U);
  EXPECT_EQ(shrunk.plan.liars.front().windows.front().name, "two_votes");
  EXPECT_EQ(shrunk.plan.network.loss_permille, 50U);
  EXPECT_EQ(shrunk.plan.network.tail_percent, 0U);
  EXPECT_EQ(shrunk.plan.nodes, 4U);
}

TEST(Shrink, FindsThreeFaultsOfOneKindAmongMany) {
  // Any fewer crashes of node 2 are not enough.
  const Trial trial = [](const Plan& plan) -> std::optional<Micros> {
    std::size_t crashes = 0;
    for (const Fault& fault : plan.faults)
      if (fault.kind == FaultKind::WallJump) ++crashes;
    return crashes >= 3 ? std::optional<Micros>(4 * kSecond) : std::nullopt;
  };

  EXPECT_EQ(shrink(rich_plan(), trial, kForEver).plan.faults.size(), 3U);
}

TEST(Shrink, DropsWhatFollowsTheFailure) {
  std::size_t trials = 0;
  const Trial trial = [&trials](const Plan&) -> std::optional<Micros> {
    ++trials;
    return trials <= 2 ? std::optional<Micros>(1'060 * kMillisecond) : std::nullopt;
  };

  const Shrunk shrunk = shrink(rich_plan(), trial, kForEver);

  EXPECT_EQ(shrunk.plan.faults.size(), 11U);
  EXPECT_EQ(shrunk.plan.faults.back().kind, FaultKind::Cut);
  EXPECT_EQ(shrunk.trials, trials);
}

TEST(Shrink, MakesTheSafetyPhaseShort) {
  const Trial trial = [](const Plan& plan) -> std::optional<Micros> {
    return plan.turn >= kSecond ? std::optional<Micros>(plan.turn + kSecond) : std::nullopt;
  };

  const Plan least = shrink(rich_plan(), trial, kForEver).plan;

  EXPECT_GE(least.turn, kSecond);
  EXPECT_LT(least.turn, 2 * kSecond);
}

TEST(Shrink, LeavesAlonePlansThatDoNotFail) {
  const Plan plan = rich_plan();
  const Trial trial = [](const Plan&) -> std::optional<Micros> { return std::nullopt; };

  const Shrunk shrunk = shrink(plan, trial, kForEver);

  EXPECT_FALSE(shrunk.fails);
  EXPECT_EQ(shrunk.trials, 1U);
  EXPECT_EQ(shrunk.plan.faults.size(), plan.faults.size());
}

TEST(Shrink, EndsInTimeWithAPlanThatFails) {
  std::size_t asked = 0;
  const Trial trial = [](const Plan& plan) -> std::optional<Micros> {
    if (count(plan, FaultKind::Cut) > 0) return 4 * kSecond;
    return std::nullopt;
  };

  const Shrunk shrunk = shrink(rich_plan(), trial, [&asked] { return ++asked > 12; });

  EXPECT_TRUE(shrunk.fails);
  EXPECT_FALSE(shrunk.is_least);
  EXPECT_EQ(shrunk.trials, 12U);
  EXPECT_TRUE(trial(shrunk.plan).has_value());
}

TEST(Shrink, NeverTriesMoreFaultyNodesThanTheyBear) {
  const Trial trial = [](const Plan& plan) -> std::optional<Micros> {
    const consensus::Quorum quorum(plan.nodes);
    EXPECT_LE(plan.liars.size(), quorum.faulty());
    std::size_t core = 0;
    for (std::size_t i = 0; i < plan.nodes; ++i) {
      if ((plan.core & bit(i)) == 0) continue;
      ++core;
      EXPECT_TRUE(plan.is_correct(i));
    }
    EXPECT_GE(core, quorum.quorum());
    EXPECT_EQ(plan.clocks.size(), plan.instances());
    for (const Fault& fault : plan.faults) {
      EXPECT_LT(fault.instance, plan.instances());
      EXPECT_TRUE(fault.links.empty() || fault.links.size() == plan.instances());
    }
    if (plan.liars.size() == 2) return 4 * kSecond;
    return std::nullopt;
  };

  const Shrunk shrunk = shrink(rich_plan(), trial, kForEver);

  EXPECT_EQ(shrunk.plan.nodes, 7U);
  EXPECT_EQ(shrunk.plan.liars.size(), 2U);
}

TEST(WithoutNode, MovesTheNodesAboveDown) {
  Plan plan = rich_plan();
  plan.liars.pop_back();
  plan.clocks[4].wall_ms = 77;
  plan.faults[10].links = {bit(0), bit(1), bit(2), bit(3), bit(4) | bit(6), bit(5), bit(6)};

  const Plan fewer = without_node(plan, 3).value();

  EXPECT_EQ(fewer.nodes, 6U);
  EXPECT_EQ(fewer.core, 0b001111U);
  EXPECT_EQ(fewer.liars.front().instance, 4U);
  EXPECT_EQ(fewer.clocks[3].wall_ms, 77);
  EXPECT_EQ(fewer.network.slow, 5U);
  const auto cut = std::ranges::find(fewer.faults, FaultKind::Cut, &Fault::kind);
  ASSERT_NE(cut, fewer.faults.end());
  EXPECT_EQ(cut->links,
            (std::vector<Mask>{bit(0), bit(1), bit(2), bit(3) | bit(5), bit(4), bit(5)}));
  EXPECT_EQ(std::ranges::count(plan.faults, 3U, &Fault::instance) +
                std::ranges::count(fewer.faults, 3U, &Fault::instance),
            std::ranges::count(plan.faults, 3U, &Fault::instance) +
                std::ranges::count(plan.faults, 4U, &Fault::instance));
}

TEST(WithoutNode, LeavesFourAndKeepsTwins) {
  Plan plan = rich_plan();
  plan.liars.clear();
  plan.twins = {NodeIndex(2)};
  plan.clocks.resize(8);
  plan.outside.resize(8);
  plan.core = 0b1111011;

  EXPECT_FALSE(without_node(plan, 2).has_value());
  const Plan fewer = without_node(plan, 0).value();
  EXPECT_EQ(fewer.twins.front(), NodeIndex(1));
  EXPECT_EQ(fewer.identity(6), NodeIndex(1));
  plan.nodes = 4;
  EXPECT_FALSE(without_node(plan, 0).has_value());
}

}  // namespace
}  // namespace tally::sim
