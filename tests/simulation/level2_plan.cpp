// Cuts of power in RocksDB's own writes, failing disks, and damage to what was durable.
#include "simulation/level2_plan.h"

#include <tally/consensus/epoch.h>

#include <algorithm>
#include <bit>
#include <set>
#include <vector>

namespace tally::sim {
namespace {

constexpr std::uint64_t kLevel2Stream = 6'000;

Micros moment(const Plan& plan, Random& random) {
  return random.between(100 * kMillisecond, plan.turn);
}

void draw_cuts(Plan& plan, Random& random) {
  for (std::uint64_t i = random.between(1, 5); i > 0; --i) {
    Fault fault{.kind = FaultKind::Crash, .at = moment(plan, random)};
    fault.lasts = random.between(1, 300) * kMillisecond;
    fault.instance = random.below(plan.instances());
    fault.point = random.chance(50) ? CrashPoint::LedgerChange : CrashPoint::LedgerSync;
    // A block is an append and a sync; what a start writes is longer.
    fault.detail = random.chance(60) ? random.between(1, 6) : random.between(1, 60);
    fault.power = true;
    plan.faults.push_back(fault);
  }
}

void draw_failures(Plan& plan, Random& random) {
  for (std::uint64_t i = random.between(1, 2); i > 0; --i) {
    Fault fault{.kind = FaultKind::LedgerFails, .at = moment(plan, random)};
    fault.lasts = random.between(10, 500) * kMillisecond;
    fault.instance = random.below(plan.instances());
    fault.detail = random.next();
    plan.faults.push_back(fault);
  }
}

/// A node whose ledger is damaged may have to stay down: it is one of the f, and of no core.
void draw_damage(Plan& plan, Random& random) {
  const consensus::Quorum quorum(plan.nodes);
  std::vector<std::size_t> able;
  for (std::size_t i = 0; i < plan.nodes; ++i)
    if (plan.is_correct(i) && !plan.forgets(i) && !plan.diverges(i)) able.push_back(i);
  if (plan.nodes - able.size() >= quorum.faulty()) return;
  const std::size_t damaged = random.pick(able);
  plan.core &= ~bit(damaged);
  for (const std::size_t i : able)
    if (i != damaged && static_cast<std::size_t>(std::popcount(plan.core)) < quorum.quorum())
      plan.core |= bit(i);
  Fault fault{.kind = FaultKind::LedgerDamage, .at = moment(plan, random)};
  fault.lasts = random.between(1, 300) * kMillisecond;
  fault.instance = damaged;
  fault.point = random.chance(70) ? CrashPoint::AfterCommit : CrashPoint::Now;
  fault.detail = random.next();
  fault.power = random.chance(70);
  plan.faults.push_back(fault);
}

}  // namespace

void draw_level2(Plan& plan, unsigned percent) {
  Random random = Random::stream(plan.seed, kLevel2Stream);
  if (!random.chance(percent)) return;
  plan.level = 2;
  if (random.chance(60)) draw_cuts(plan, random);
  if (random.chance(30)) draw_failures(plan, random);
  if (random.chance(40)) draw_damage(plan, random);
  std::ranges::stable_sort(plan.faults, {}, &Fault::at);
}

}  // namespace tally::sim
