// Ledgers in the real RocksDB: what a crash leaves is what a node starts from.
#include <gtest/gtest.h>

#include "simulation/calm_plan.h"

namespace tally::sim {
namespace {

Plan calm_level2_plan(std::uint64_t seed) {
  Plan plan = calm_plan(seed);
  plan.level = 2;
  return plan;
}

Fault a_cut(CrashPoint point, std::uint64_t change) {
  return {.kind = FaultKind::Crash,
          .at = kSecond,
          .lasts = 100 * kMillisecond,
          .instance = 2,
          .point = point,
          .detail = change,
          .power = true};
}

TEST(Level2, ComesToTheSameTraceAgain) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Plan plan = draw_plan(seed, {.level2_percent = 100});
    ASSERT_EQ(plan.level, 2U);

    EXPECT_EQ(run(plan, {}).trace, run(plan, {}).trace) << "seed " << seed;
  }
}

TEST(Level2, DrawsTheRestOfAWorldAsLevelOneDoes) {
  Plan plan = draw_plan(5, {.level2_percent = 100});
  const Plan plain = draw_plan(5, {});
  std::erase_if(plan.faults, [](const Fault& fault) {
    return fault.kind == FaultKind::LedgerFails || fault.kind == FaultKind::LedgerDamage ||
           fault.point > CrashPoint::AfterCommit;
  });

  EXPECT_EQ(plain.level, 1U);
  EXPECT_EQ(plan.faults.size(), plain.faults.size());
  EXPECT_EQ(plan.liars.size(), plain.liars.size());
  EXPECT_EQ(plan.turn, plain.turn);
}

TEST(Level2, ExecutesABlockAgainThatWasNotDurable) {
  Plan plan = calm_level2_plan(7);
  plan.faults.push_back(a_cut(CrashPoint::LedgerChange, 1));

  const RunOutcome outcome = run(plan, {});

  EXPECT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(seen(outcome, Seen::LedgerCut), 1U);
  EXPECT_EQ(seen(outcome, Seen::LedgerAhead), 0U);
  EXPECT_EQ(seen(outcome, Seen::LivenessProved), 1U);
}

TEST(Level2, KeepsABlockThatWasDurableBeforeItsProcessKnew) {
  std::uint64_t ahead = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Plan plan = calm_level2_plan(seed);
    plan.faults.push_back(a_cut(CrashPoint::LedgerSync, 1));  // appended, and not synced

    const RunOutcome outcome = run(plan, {});

    EXPECT_FALSE(outcome.failure.has_value()) << "seed " << seed;
    ahead += seen(outcome, Seen::LedgerAhead);
  }

  EXPECT_GT(ahead, 0U);
  EXPECT_LT(ahead, 20U);
}

TEST(Level2, GoesOnWhereItsDiskFailedOnce) {
  Plan plan = calm_level2_plan(7);
  plan.faults.push_back({.kind = FaultKind::LedgerFails,
                         .at = kSecond,
                         .lasts = 300 * kMillisecond,
                         .instance = 2,
                         .detail = 2});  // full

  const RunOutcome outcome = run(plan, {});

  EXPECT_FALSE(outcome.failure.has_value());
  EXPECT_EQ(seen(outcome, Seen::LedgerFailed), 1U);
  EXPECT_EQ(seen(outcome, Seen::LivenessProved), 1U);
}

TEST(Level2, KeepsANodeDownWhoseLedgerIsDamaged) {
  Plan plan = calm_level2_plan(7);
  plan.core = 0b1011;
  plan.faults.push_back({.kind = FaultKind::LedgerDamage,
                         .at = kSecond,
                         .lasts = 100 * kMillisecond,
                         .instance = 2,
                         .point = CrashPoint::AfterCommit,
                         .power = true});

  const RunOutcome outcome = run(plan, {});

  EXPECT_FALSE(outcome.failure.has_value());
  EXPECT_GE(seen(outcome, Seen::LedgerRefused), 1U);
  EXPECT_EQ(seen(outcome, Seen::LivenessProved), 1U);
}

}  // namespace
}  // namespace tally::sim
