// Twins: two unmodified nodes with one key and two disks stand in for every lie that a node can
// tell by saying different things to different peers (Bano et al. 2020). Nothing is made up; only
// who hears whom is steered, view by view.
#pragma once

#include <tally/base/ids.h>

#include "simulation/plan.h"
#include "simulation/random.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tally::sim {

/// Before this all hear all: who is cut off at its first start takes its empty log for a lost one
/// (design/consensus.md §3.3) and never votes, and no lie would come of it.
inline constexpr Micros kSteeredFrom = 60 * kMillisecond;

/// In view i of `sides`, instances whose bit is set hear each other alone, and so do the rest. In
/// later views all hear all. Instance nodes + i is the second run of twins[i].
///
/// The paper draws the first view as well. We start in view 0 always and let another node be the
/// twin, which is the same but for the names of the nodes.
struct TwinScenario {
  std::size_t nodes = 4;
  std::vector<NodeIndex> twins;
  std::vector<Mask> sides;

  [[nodiscard]] std::size_t instances() const { return nodes + twins.size(); }
  /// Whether what `from` sends in `view` reaches `to`.
  [[nodiscard]] bool hears(View view, std::size_t from, std::size_t to) const;
  friend bool operator==(const TwinScenario&, const TwinScenario&) = default;
};
[[nodiscard]] bool hears(const std::vector<Mask>& sides, View view, std::size_t from,
                         std::size_t to);

/// How many scenarios one twin has in `views` views: nodes · (2^nodes)^views; 1,024 for 4 and 2.
/// REQUIRES: the number fits in 64 bits.
[[nodiscard]] std::uint64_t count_twin_scenarios(std::size_t nodes, std::size_t views);
/// Number `number` of them, each once. REQUIRES: number < count
[[nodiscard]] TwinScenario twin_scenario(std::uint64_t number, std::size_t nodes,
                                         std::size_t views);
/// Any `twins` of the nodes, any sides.
[[nodiscard]] TwinScenario draw_twin_scenario(Random& random, std::size_t nodes, std::size_t twins,
                                              std::size_t views);
/// The control: as many twins as two quorums have in common at least, 2q−n (two of four, always
/// more than f), and a quorum of identities on both sides in each view. Agreement has to break, and
/// where it does not, the harness is blind.
[[nodiscard]] TwinScenario splitting_scenario(std::size_t nodes, std::size_t views);

/// `plan` with these twins and nothing else that goes wrong: no faults, liars or skewed clocks, a
/// network that loses nothing. Till the turn its nodes hear each other as the scenario says.
/// REQUIRES: plan.nodes and the number of plan.twins are the scenario's.
[[nodiscard]] Plan steered(Plan plan, const TwinScenario& scenario);

/// "twins=0 sides=3/17": for people.
[[nodiscard]] std::string describe(const TwinScenario& scenario);

}  // namespace tally::sim
