// Every way to steer twins, by number or by chance.
#include "simulation/twins.h"

#include <tally/base/check.h>
#include <tally/consensus/epoch.h>

#include <algorithm>
#include <utility>

namespace tally::sim {
namespace {

/// Time for a few views, where a side can leave them; whoever cannot waits for the turn.
constexpr Micros kSteeredTurn = 2 * kSecond;

}  // namespace

bool hears(const std::vector<Mask>& sides, View view, std::size_t from, std::size_t to) {
  if (view.value() >= sides.size()) return true;
  const Mask side = sides[static_cast<std::size_t>(view.value())];
  return ((side & bit(from)) != 0) == ((side & bit(to)) != 0);
}

bool TwinScenario::hears(View view, std::size_t from, std::size_t to) const {
  return sim::hears(sides, view, from, to);
}

std::uint64_t count_twin_scenarios(std::size_t nodes, std::size_t views) {
  CHECK(nodes * views < 60);
  return nodes << (nodes * views);
}

TwinScenario twin_scenario(std::uint64_t number, std::size_t nodes, std::size_t views) {
  CHECK(number < count_twin_scenarios(nodes, views));
  TwinScenario scenario{nodes, {NodeIndex(static_cast<std::uint16_t>(number % nodes))}, {}};
  number /= nodes;
  // Of nodes + 1 instances the last is always on the first side: which side is which is a name.
  const std::uint64_t splits = std::uint64_t{1} << nodes;
  for (std::size_t view = 0; view < views; ++view) {
    scenario.sides.push_back(static_cast<Mask>(number % splits));
    number /= splits;
  }
  return scenario;
}

TwinScenario draw_twin_scenario(Random& random, std::size_t nodes, std::size_t twins,
                                std::size_t views) {
  CHECK(twins <= nodes);
  TwinScenario scenario{nodes, {}, {}};
  std::vector<NodeIndex> all;
  for (std::size_t i = 0; i < nodes; ++i)
    all.emplace_back(static_cast<std::uint16_t>(i));
  random.shuffle(all);
  all.resize(twins);
  scenario.twins = std::move(all);
  const std::uint64_t splits = std::uint64_t{1} << (nodes + twins - 1);
  for (std::size_t view = 0; view < views; ++view)
    scenario.sides.push_back(static_cast<Mask>(random.below(splits)));
  return scenario;
}

TwinScenario splitting_scenario(std::size_t nodes, std::size_t views) {
  const std::size_t twins = 2 * consensus::Quorum(nodes).quorum() - nodes;
  TwinScenario scenario{nodes, {}, {}};
  Mask side = 0;
  for (std::size_t i = 0; i < twins; ++i) {
    scenario.twins.emplace_back(static_cast<std::uint16_t>(i));
    side |= bit(nodes + i);
  }
  // The honest ones, in turn, to the side of the first runs and to that of the second.
  for (std::size_t i = twins; i < nodes; i += 2)
    side |= bit(i);
  scenario.sides.assign(views, side);
  return scenario;
}

Plan steered(Plan plan, const TwinScenario& scenario) {
  CHECK(plan.nodes == scenario.nodes);
  CHECK(plan.twins.size() == scenario.twins.size());
  plan.twins = scenario.twins;
  plan.sides = scenario.sides;
  plan.network = NetworkPlan();
  plan.disk = DiskPlan();
  plan.clocks.assign(plan.instances(), ClockPlan());
  plan.liars.clear();
  plan.faults.clear();
  plan.work = WorkPlan{.interval = 50 * kMillisecond,
                       .spread_percent = 50,
                       .repeat_percent = 0,
                       .conflict_percent = 0,
                       .forged_percent = 0,
                       .short_percent = 0,
                       .moves_clock = false};
  if (plan.expects_split) return plan;
  plan.turn = std::min(plan.turn, kSteeredTurn);
  plan.core = 0;
  for (std::size_t i = 0; i < plan.nodes; ++i)
    if (plan.is_correct(i)) plan.core |= bit(i);
  return plan;
}

std::string describe(const TwinScenario& scenario) {
  std::string text = "twins=";
  for (std::size_t i = 0; i < scenario.twins.size(); ++i)
    text += (i == 0 ? "" : ",") + std::to_string(scenario.twins[i].value());
  text += " sides=";
  for (std::size_t i = 0; i < scenario.sides.size(); ++i)
    text += (i == 0 ? "" : "/") + std::to_string(scenario.sides[i]);
  return text;
}

}  // namespace tally::sim
