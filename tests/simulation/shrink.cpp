// Delta debugging over plans.
#include "simulation/shrink.h"

#include <tally/consensus/epoch.h>

#include <algorithm>
#include <set>
#include <utility>

namespace tally::sim {
namespace {

constexpr std::size_t kNodesLeast = 4;
/// Requests come no rarer than this, or nothing would happen in a phase.
constexpr Micros kIntervalMost = 3 * kSecond;

/// `mask` without its bit `gone`; the bits above it move down.
Mask without_bit(Mask mask, std::size_t gone) {
  const Mask below = mask & (bit(gone) - 1);
  const Mask above = gone + 1 < kInstancesMax ? mask >> (gone + 1) : 0;
  return below | (above << gone);
}

/// What may lie or forget, by identity: never more than f.
std::set<NodeIndex> faulty_nodes(const Plan& plan) {
  std::set<NodeIndex> faulty(plan.twins.begin(), plan.twins.end());
  for (const LiarPlan& liar : plan.liars)
    faulty.insert(plan.identity(liar.instance));
  for (const Fault& fault : plan.faults)
    if (fault.kind == FaultKind::Amnesia || fault.kind == FaultKind::LedgerDamage ||
        fault.kind == FaultKind::Diverge)
      faulty.insert(plan.identity(fault.instance));
  return faulty;
}

/// A core of at least a quorum, of nodes that neither lie nor forget; false: there is none.
bool mend_core(Plan& plan) {
  const std::set<NodeIndex> faulty = faulty_nodes(plan);
  const std::size_t quorum = consensus::Quorum(plan.nodes).quorum();
  std::size_t size = 0;
  for (std::size_t i = 0; i < plan.nodes; ++i)
    if ((plan.core & bit(i)) != 0) ++size;
  for (std::size_t i = 0; i < plan.nodes && size < quorum; ++i) {
    const bool is_able = !faulty.contains(NodeIndex(static_cast<std::uint16_t>(i)));
    if (!is_able || (plan.core & bit(i)) != 0) continue;
    plan.core |= bit(i);
    ++size;
  }
  return size >= quorum;
}

class Shrinker {
 public:
  Shrinker(const Plan& plan, const Trial& trial, const std::function<bool()>& is_over)
      : plan_(plan), trial_(trial), is_over_(is_over) {}

  Shrunk run() {
    Shrunk result;
    result.fails = accepts(plan_);
    while (result.fails && !over_ && one_round()) {
    }
    result.is_least = result.fails && !over_;
    result.plan = std::move(plan_);
    result.trials = trials_;
    return result;
  }

 private:
  /// Takes `candidate` in place of the plan if it fails too.
  bool accepts(const Plan& candidate) {
    over_ = over_ || is_over_();
    if (over_) return false;
    ++trials_;
    const std::optional<Micros> failed = trial_(candidate);
    if (!failed.has_value()) return false;
    failed_at_ = *failed;
    if (&candidate != &plan_) plan_ = candidate;
    return true;
  }
  /// The same of the plan after `change`, unless that changes nothing.
  template <typename Change>
  bool tries(Change change) {
    Plan candidate = plan_;
    if (!change(candidate)) return false;
    return accepts(candidate);
  }

  bool one_round() {
    bool smaller = drop_what_follows();
    smaller = shorten() || smaller;
    smaller = drop_classes() || smaller;
    smaller = drop_faults() || smaller;
    smaller = drop_windows() || smaller;
    smaller = drop_nodes() || smaller;
    smaller = drop_requests() || smaller;
    smaller = plainer_faults() || smaller;
    return smaller;
  }

  /// What is to happen after the failure has no part in it.
  bool drop_what_follows() {
    return tries([&](Plan& plan) {
      const auto is_late = [&](const Fault& fault) { return fault.at > failed_at_; };
      std::size_t dropped = std::erase_if(plan.faults, is_late);
      for (LiarPlan& liar : plan.liars)
        dropped += std::erase_if(liar.windows, [&](const StrategyWindow& window) {
          return window.from > kBoot.plus(Duration(failed_at_ / kMillisecond + kSlackMs));
        });
      return dropped > 0;
    });
  }

  /// The liveness phase comes sooner, and with it the end of a run that does not fail.
  bool shorten() {
    bool smaller = false;
    if (failed_at_ < plan_.turn && plan_.turn < kHorizon)
      smaller = tries([&](Plan& plan) { return turn_at(plan, failed_at_ + kMillisecond); });
    for (const Micros part : {4U, 2U})
      while (tries([&](Plan& plan) { return turn_at(plan, plan.turn - plan.turn / part); }))
        smaller = true;
    return smaller;
  }
  static bool turn_at(Plan& plan, Micros turn) {
    if (turn >= plan.turn || plan.turn >= kHorizon || turn < kTurnLeast) return false;
    plan.turn = turn;
    std::erase_if(plan.faults, [turn](const Fault& fault) { return fault.at >= turn; });
    return true;
  }

  bool drop_classes() {
    bool smaller = false;
    for (int kind = 0; kind <= static_cast<int>(kLastFaultKind); ++kind)
      smaller = tries([kind](Plan& plan) {
                  return std::erase_if(plan.faults, [kind](const Fault& fault) {
                           return fault.kind == static_cast<FaultKind>(kind);
                         }) > 0;
                }) ||
                smaller;
    for (std::size_t i = plan_.liars.size(); i-- > 0;)
      smaller = tries([i](Plan& plan) {
                  plan.liars.erase(plan.liars.begin() + static_cast<std::ptrdiff_t>(i));
                  return mend_core(plan);
                }) ||
                smaller;
    return calm_network() || smaller;
  }

  bool calm_network() {
    const NetworkPlan calm;
    bool smaller = false;
    const auto calms = [&](auto part, const auto& value) {
      smaller =
          tries([&](Plan& plan) { return std::exchange(plan.network.*part, value) != value; }) ||
          smaller;
    };
    calms(&NetworkPlan::loss_permille, calm.loss_permille);
    calms(&NetworkPlan::duplicate_permille, calm.duplicate_permille);
    calms(&NetworkPlan::tail_percent, calm.tail_percent);
    calms(&NetworkPlan::keeps_order, true);
    calms(&NetworkPlan::slow, calm.slow);
    for (std::size_t i = 0; i < plan_.clocks.size(); ++i)
      smaller = tries([i](Plan& plan) {
                  ClockPlan& clock = plan.clocks[i];
                  const bool is_off = clock.drift_ppm != 0 || clock.wall_ms != 0;
                  clock = ClockPlan();
                  return is_off;
                }) ||
                smaller;
    return smaller;
  }

  /// ddmin: the list without each of its parts, in ever smaller parts.
  template <typename Count, typename Erase>
  bool drop_parts(Count count, Erase erase) {
    bool smaller = false;
    std::size_t part = std::max<std::size_t>(count(plan_) / 2, 1);
    while (count(plan_) > 0) {
      bool dropped = false;
      for (std::size_t first = 0; first < count(plan_);) {
        const std::size_t last = std::min(first + part, count(plan_));
        if (tries([&](Plan& plan) { return erase(plan, first, last); }))
          dropped = smaller = true;  // what follows has moved here
        else
          first = last;
      }
      if (part == 1 && !dropped) break;
      part = std::max<std::size_t>(part / 2, 1);
      if (over_) break;
    }
    return smaller;
  }

  bool drop_faults() {
    return drop_parts([](const Plan& plan) { return plan.faults.size(); },
                      [](Plan& plan, std::size_t first, std::size_t last) {
                        plan.faults.erase(plan.faults.begin() + static_cast<std::ptrdiff_t>(first),
                                          plan.faults.begin() + static_cast<std::ptrdiff_t>(last));
                        return true;
                      });
  }

  bool drop_windows() {
    bool smaller = false;
    for (std::size_t liar = 0; liar < plan_.liars.size(); ++liar)
      smaller = drop_parts([liar](const Plan& plan) { return plan.liars[liar].windows.size(); },
                           [liar](Plan& plan, std::size_t first, std::size_t last) {
                             auto& windows = plan.liars[liar].windows;
                             windows.erase(windows.begin() + static_cast<std::ptrdiff_t>(first),
                                           windows.begin() + static_cast<std::ptrdiff_t>(last));
                             return true;
                           }) ||
                smaller;
    return smaller;
  }

  bool drop_nodes() {
    bool smaller = false;
    for (std::size_t node = plan_.nodes; node-- > 0;)
      smaller = tries([node](Plan& plan) {
                  std::optional<Plan> fewer = without_node(plan, node);
                  if (!fewer.has_value()) return false;
                  plan = *std::move(fewer);
                  return true;
                }) ||
                smaller;
    return smaller;
  }

  bool drop_requests() {
    bool smaller = false;
    while (tries([](Plan& plan) {
      plan.work.interval *= 2;
      return plan.work.interval <= kIntervalMost;
    }))
      smaller = true;
    const auto drops = [&](auto part) {
      smaller =
          tries([part](Plan& plan) { return std::exchange(plan.work.*part, {}) != 0; }) || smaller;
    };
    drops(&WorkPlan::spread_percent);
    drops(&WorkPlan::repeat_percent);
    drops(&WorkPlan::conflict_percent);
    drops(&WorkPlan::forged_percent);
    drops(&WorkPlan::short_percent);
    drops(&WorkPlan::moves_clock);
    drops(&WorkPlan::is_generous);
    drops(&WorkPlan::has_office);
    return smaller;
  }

  bool plainer_faults() {
    bool smaller = false;
    for (std::size_t i = 0; i < plan_.faults.size(); ++i) {
      const auto makes = [&](auto change) {
        return tries([&](Plan& plan) { return change(plan.faults[i]); });
      };
      smaller = makes([](Fault& fault) { return std::exchange(fault.power, false); }) || smaller;
      smaller = makes([](Fault& fault) {
                  return std::exchange(fault.point, CrashPoint::Now) != CrashPoint::Now;
                }) ||
                smaller;
      while (makes([](Fault& fault) {
        fault.lasts /= 2;
        return fault.lasts >= kMillisecond;
      }))
        smaller = true;
    }
    return smaller;
  }

  static constexpr Micros kTurnLeast = 100 * kMillisecond;
  static constexpr std::uint64_t kSlackMs = 100;  ///< drift of a clock over a run, and more

  Plan plan_;
  const Trial& trial_;
  const std::function<bool()>& is_over_;
  Micros failed_at_ = kHorizon;
  std::size_t trials_ = 0;
  bool over_ = false;
};

}  // namespace

Shrunk shrink(const Plan& plan, const Trial& trial, const std::function<bool()>& is_over) {
  return Shrinker(plan, trial, is_over).run();
}

std::optional<Plan> without_node(const Plan& plan, std::size_t node) {
  if (plan.nodes <= kNodesLeast || node >= plan.nodes) return std::nullopt;
  const NodeIndex identity(static_cast<std::uint16_t>(node));
  if (std::ranges::find(plan.twins, identity) != plan.twins.end()) return std::nullopt;

  Plan fewer = plan;
  const auto at = static_cast<std::ptrdiff_t>(node);
  --fewer.nodes;
  if (node < fewer.clocks.size()) fewer.clocks.erase(fewer.clocks.begin() + at);
  if (node < fewer.outside.size()) fewer.outside.erase(fewer.outside.begin() + at);
  fewer.core = without_bit(fewer.core, node);
  for (NodeIndex& twin : fewer.twins)
    if (twin > identity) twin = NodeIndex(static_cast<std::uint16_t>(twin.value() - 1));
  const auto moves = [node](std::size_t& instance) {
    if (instance > node) --instance;
  };
  std::erase_if(fewer.liars, [node](const LiarPlan& liar) { return liar.instance == node; });
  for (LiarPlan& liar : fewer.liars)
    moves(liar.instance);
  std::erase_if(fewer.faults, [node](const Fault& fault) {
    return fault.links.empty() && fault.instance == node;
  });
  for (Fault& fault : fewer.faults) {
    moves(fault.instance);
    if (node < fault.links.size()) fault.links.erase(fault.links.begin() + at);
    for (Mask& mask : fault.links)
      mask = without_bit(mask, node);
  }
  if (fewer.network.slow == node) fewer.network.slow.reset();
  if (fewer.network.slow.has_value()) moves(*fewer.network.slow);

  const std::size_t most = consensus::Quorum(fewer.nodes).faulty();
  if (!fewer.expects_split && faulty_nodes(fewer).size() > most) return std::nullopt;
  if (!mend_core(fewer)) return std::nullopt;
  return fewer;
}

std::string size_of(const Plan& plan) {
  std::size_t windows = 0;
  for (const LiarPlan& liar : plan.liars)
    windows += liar.windows.size();
  return std::to_string(plan.nodes) + " nodes, " + std::to_string(plan.faults.size()) +
         " faults, " + std::to_string(plan.liars.size()) + " liars with " +
         std::to_string(windows) + " strategies, turn at " +
         std::to_string(plan.turn / kMillisecond) + " ms";
}

}  // namespace tally::sim
