// Swarm: each seed draws its own world, each class of faults from a stream of its own.
#include "simulation/plan.h"

#include <tally/consensus/epoch.h>

#include "simulation/level2_plan.h"
#include "simulation/twins.h"

#include <algorithm>
#include <bit>
#include <set>

namespace tally::sim {
namespace {

/// Classes of faults; each has a stream, so that one switched off moves no other.
enum class Class : std::uint8_t {
  World,
  Budget,
  Loss,
  Duplicates,
  Reorder,
  Tail,
  Partitions,
  Clogs,
  Crashes,
  Pauses,
  PowerCuts,
  Disks,
  Clocks,
  Jumps,
  Amnesia,
  Liars,
  SlowNode,
  SlowDisk,
  Work,
  Turn,
  Divergence,
  Rot,
  Reign,
  Generosity,
};
constexpr std::size_t kFirstFault = static_cast<std::size_t>(Class::Loss);
constexpr std::size_t kLastFault = static_cast<std::size_t>(Class::SlowDisk);

class Draw {
 public:
  Draw(std::uint64_t seed, const PlanOptions& options) : options_(options) {
    plan_.seed = seed;
    plan_.nodes = options.nodes;
  }

  Plan plan() {
    draw_world();
    draw_budget();
    for (std::size_t i = 0; i < options_.twins; ++i)
      plan_.twins.emplace_back(static_cast<std::uint16_t>(i));
    plan_.expects_split = options_.twins > quorum().faulty();
    plan_.clocks.resize(plan_.instances());
    plan_.outside.resize(plan_.instances(), Outside::Dead);
    draw_network();
    draw_disks();
    draw_clocks();
    draw_links();
    draw_lives();
    draw_liars();
    draw_work();
    draw_turn();
    std::ranges::stable_sort(plan_.faults, {}, &Fault::at);
    return std::move(plan_);
  }

 private:
  [[nodiscard]] Random stream(Class of) const {
    return Random::stream(plan_.seed, static_cast<std::uint64_t>(of));
  }
  [[nodiscard]] bool has(Class of) const { return on_.contains(of); }
  [[nodiscard]] consensus::Quorum quorum() const { return consensus::Quorum(plan_.nodes); }
  /// A time in the safety phase, after the nodes have begun to work.
  [[nodiscard]] Micros moment(Random& random) const {
    return random.between(100 * kMillisecond, plan_.turn);
  }
  /// Short mostly, sometimes as long as the whole phase.
  [[nodiscard]] Micros span(Random& random) const {
    const Micros most = random.chance(25) ? plan_.turn : plan_.turn / 6;
    return random.between(10 * kMillisecond, most);
  }

  void draw_world();
  void draw_budget();
  void draw_network();
  void draw_disks();
  void draw_clocks();
  void draw_links();
  void draw_partition(Random& random, FaultKind kind);
  void draw_split(Random& random, Micros at);
  void draw_lives();
  void draw_liars();
  void draw_reign();
  void draw_work();
  void draw_turn();

  PlanOptions options_;
  Plan plan_;
  std::set<Class> on_;
  std::vector<std::size_t> liars_;
  std::vector<std::size_t> forgetful_;
  std::vector<std::size_t> divergent_;
};

void Draw::draw_world() {
  Random random = stream(Class::World);
  Parameters& p = plan_.parameters;
  const std::uint64_t timeout = 150 + 50 * random.below(4);
  std::uint64_t factor = std::uint64_t{2} << random.below(3);
  plan_.window = options_.window;
  p.request_timeout = Duration(timeout);
  p.idle_block = Duration(random.between(200, 1'000));
  p.passed_over = Duration(timeout * random.between(3, 6));
  p.rotation_heights = random.chance(50) ? random.between(4, 30) : random.between(30, 200);
  p.rotation = Duration(random.between(1'500, 20'000));
  p.proposal_transactions_max = std::uint64_t{1} << random.below(7);
  p.state_buckets = 16;
  plan_.tick = Duration(timeout / 3);
  plan_.turn = random.between(kSafetyLeast, kSafetyMost);
  plan_.delta = random.between(2, 20) * kMillisecond;
  // The bound of the liveness phase has to fit what the horizon leaves.
  do {
    p.timeout_max = Duration(timeout * factor);
    factor /= 2;
  } while (plan_.turn + plan_.liveness_bound(0) + kSecond > kHorizon && factor > 0);
  p.rotation = std::max(p.rotation, p.timeout_max);  // as genesis demands

  const std::uint64_t kind = random.below(10);
  if (kind == 0) return;  // free of faults
  if (kind == 1) {
    on_.insert(static_cast<Class>(random.between(kFirstFault, kLastFault)));
    return;
  }
  for (std::size_t i = kFirstFault; i <= kLastFault; ++i)
    if (random.chance(50)) on_.insert(static_cast<Class>(i));
}

/// At most f identities lie or forget, together; twins count among them.
void Draw::draw_budget() {
  Random random = stream(Class::Budget);
  std::size_t left = quorum().faulty() - std::min(quorum().faulty(), options_.twins);
  std::vector<std::size_t> free;
  for (std::size_t i = options_.twins; i < plan_.nodes; ++i)
    free.push_back(i);
  random.shuffle(free);
  if (options_.twins == 0 && stream(Class::Reign).chance(25)) {
    std::erase(free, 0);
    free.push_back(0);
  }
  if (options_.twins > quorum().faulty()) on_.clear();
  const bool is_at_odds = !on_.empty() && stream(Class::Divergence).chance(20);
  for (; left > 0; --left) {
    const bool lies = has(Class::Liars) && (!has(Class::Amnesia) || random.chance(60));
    if (lies && random.chance(80)) {
      liars_.push_back(free.back());
      free.pop_back();
    } else if (has(Class::Amnesia) && !lies) {
      forgetful_.push_back(free.back());
      free.pop_back();
    } else if (is_at_odds && divergent_.empty()) {
      divergent_.push_back(free.back());
      free.pop_back();
    }
  }
}

void Draw::draw_network() {
  Random random = stream(Class::Loss);
  NetworkPlan& network = plan_.network;
  network.delay_least = random.between(100, 2'000);
  network.delay_spread = random.between(100, 5'000);
  network.loses_at_restart = random.chance(70);
  if (has(Class::Loss)) network.loss_permille = static_cast<unsigned>(random.between(1, 250));
  random = stream(Class::Duplicates);
  if (has(Class::Duplicates))
    network.duplicate_permille = static_cast<unsigned>(random.between(5, 200));
  network.keeps_order = !has(Class::Reorder);
  random = stream(Class::Tail);
  if (has(Class::Tail)) {
    network.tail_percent = static_cast<unsigned>(random.between(1, 20));
    network.tail = random.between(10, 400) * kMillisecond;
  }
  random = stream(Class::SlowNode);
  if (has(Class::SlowNode)) {
    network.slow = random.below(plan_.instances());
    network.slow_by = random.between(5, 200) * kMillisecond;
  }
}

void Draw::draw_disks() {
  Random random = stream(Class::SlowDisk);
  plan_.disk.sync_least = random.between(30, 500);
  plan_.disk.sync_spread = random.between(50, 2'000);
  if (has(Class::SlowDisk)) plan_.disk.sync_spread = random.between(5, 60) * kMillisecond;
  if (random.chance(60)) plan_.disk.segment_bytes = random.between(4, 128) << 10;
  if (!has(Class::Disks)) return;
  random = stream(Class::Disks);
  for (std::uint64_t i = random.between(1, 3); i > 0; --i) {
    Fault fault{.kind = FaultKind::DiskFails, .at = moment(random), .lasts = span(random)};
    fault.instance = random.below(plan_.instances());
    fault.detail = random.next();
    plan_.faults.push_back(fault);
  }
}

void Draw::draw_clocks() {
  Random random = stream(Class::Clocks);
  for (ClockPlan& clock : plan_.clocks) {
    clock.drift_ppm = static_cast<int>(random.below(1'001)) - 500;
    const auto most = static_cast<std::int64_t>(has(Class::Clocks) ? 5'000 : 50);
    clock.wall_ms =
        static_cast<std::int64_t>(random.below(2 * static_cast<std::uint64_t>(most) + 1)) - most;
  }
  if (!has(Class::Jumps)) return;
  random = stream(Class::Jumps);
  for (std::uint64_t i = random.between(1, 4); i > 0; --i) {
    Fault fault{.kind = FaultKind::WallJump, .at = moment(random)};
    fault.instance = random.below(plan_.instances());
    fault.jump_ms = static_cast<std::int64_t>(random.below(10'001)) - 5'000;
    plan_.faults.push_back(fault);
  }
}

void Draw::draw_links() {
  if (has(Class::Partitions)) {
    Random random = stream(Class::Partitions);
    for (std::uint64_t i = random.between(1, 4); i > 0; --i)
      draw_partition(random, FaultKind::Cut);
  }
  if (has(Class::Clogs)) {
    Random random = stream(Class::Clogs);
    for (std::uint64_t i = random.between(1, 4); i > 0; --i)
      draw_partition(random, FaultKind::Clog);
  }
  if (options_.twins == 0) return;
  Random random = stream(Class::Partitions);
  // Twins are steered by who hears whom, in slices of about a view.
  for (Micros at = 0; at < plan_.turn; at += random.between(50, 400) * kMillisecond)
    if (random.chance(70)) draw_split(random, at);
}

/// Two sides, each with one of every pair of twins; the others fall to either.
void Draw::draw_split(Random& random, Micros at) {
  const std::size_t count = plan_.instances();
  Fault fault{.kind = FaultKind::Cut, .at = at, .lasts = random.between(50, 600) * kMillisecond};
  Mask side = static_cast<Mask>(random.next());
  for (std::size_t i = 0; i < plan_.twins.size(); ++i) {
    const bool is_first = random.chance(50);
    side &= ~(bit(i) | bit(plan_.nodes + i));
    side |= is_first ? bit(i) : bit(plan_.nodes + i);
  }
  const Mask all = static_cast<Mask>((std::uint64_t{1} << count) - 1);
  for (std::size_t i = 0; i < count; ++i)
    fault.links.push_back((side & bit(i)) != 0 ? all & ~side : all & side);
  plan_.faults.push_back(std::move(fault));
}

/// Uniform, one isolated, one-way, bridge, or swizzle.
void Draw::draw_partition(Random& random, FaultKind kind) {
  const std::size_t count = plan_.instances();
  const Mask all = static_cast<Mask>((std::uint64_t{1} << count) - 1);
  const std::uint64_t shape = random.below(5);
  const Micros at = moment(random);
  const Micros lasts = span(random);
  const auto add = [&](std::vector<Mask> links, Micros from, Micros until) {
    plan_.faults.push_back({.kind = kind, .at = from, .lasts = until, .links = std::move(links)});
  };
  std::vector<Mask> links(count, 0);
  const std::size_t one = random.below(count);
  const Mask side = static_cast<Mask>(random.next()) & all;
  if (shape == 0) {  // two sides
    for (std::size_t i = 0; i < count; ++i)
      links[i] = (side & bit(i)) != 0 ? all & ~side : side;
    return add(links, at, lasts);
  }
  if (shape == 1 || shape == 2) {  // one of them, both ways or one
    const std::uint64_t ways = shape == 1 ? 3 : random.between(1, 2);
    if ((ways & 1) != 0) links[one] = all & ~bit(one);
    if ((ways & 2) != 0)
      for (std::size_t i = 0; i < count; ++i)
        if (i != one) links[i] |= bit(one);
    return add(links, at, lasts);
  }
  if (shape == 3) {  // two sides, and one that sees both
    const Mask left = side & ~bit(one);
    const Mask right = all & ~side & ~bit(one);
    for (std::size_t i = 0; i < count; ++i)
      if (i != one) links[i] = (left & bit(i)) != 0 ? right : left;
    return add(links, at, lasts);
  }
  // Swizzle: a random subset falls silent one by one, and comes back in another order.
  for (std::size_t i = 0; i < count; ++i) {
    if ((side & bit(i)) == 0) continue;
    std::vector<Mask> silent(count, 0);
    silent[i] = all & ~bit(i);
    for (std::size_t j = 0; j < count; ++j)
      if (j != i) silent[j] |= bit(i);
    const Micros from = at + random.below(lasts + 1);
    add(silent, from, random.between(1, lasts));
  }
}

void Draw::draw_lives() {
  if (has(Class::Crashes)) {
    Random random = stream(Class::Crashes);
    for (std::uint64_t i = random.between(1, 8); i > 0; --i) {
      Fault fault{.kind = FaultKind::Crash, .at = moment(random), .lasts = span(random)};
      if (random.chance(60)) fault.lasts = random.between(1, 300) * kMillisecond;
      fault.instance = random.below(plan_.instances());
      fault.point = static_cast<CrashPoint>(random.below(6));
      fault.detail = random.between(1, 8);
      fault.power = random.chance(50);
      plan_.faults.push_back(fault);
    }
  }
  if (has(Class::Pauses)) {
    Random random = stream(Class::Pauses);
    for (std::uint64_t i = random.between(1, 4); i > 0; --i) {
      Fault fault{.kind = FaultKind::Pause, .at = moment(random), .lasts = span(random)};
      fault.instance = random.below(plan_.instances());
      plan_.faults.push_back(fault);
    }
  }
  if (has(Class::PowerCuts)) {
    Random random = stream(Class::PowerCuts);
    for (std::uint64_t i = random.between(1, 2); i > 0; --i)
      plan_.faults.push_back({.kind = FaultKind::PowerCut,
                              .at = moment(random),
                              .lasts = random.between(10, 500) * kMillisecond});
  }
  Random random = stream(Class::Amnesia);
  for (const std::size_t instance : forgetful_) {
    Fault fault{.kind = FaultKind::Amnesia, .at = moment(random), .lasts = span(random)};
    fault.instance = instance;
    fault.detail = random.below(2);
    plan_.faults.push_back(fault);
  }
  random = stream(Class::Rot);
  for (Fault& fault : plan_.faults)
    if (fault.kind == FaultKind::Amnesia && random.chance(33))
      fault.detail = kRotFirst + random.below(8);
  random = stream(Class::Divergence);
  for (const std::size_t instance : divergent_)
    plan_.faults.push_back(
        {.kind = FaultKind::Diverge, .at = moment(random), .instance = instance});
}

void Draw::draw_liars() {
  Random random = stream(Class::Liars);
  for (const std::size_t instance : liars_)
    plan_.liars.push_back(
        {instance, draw_strategies(random, kBoot, Duration(kHorizon / kMillisecond))});
  draw_reign();
}

/// The primary of the first view lies, and no rotation is planned: else each lie of a primary ends
/// with its turn, whether anybody complains or not.
void Draw::draw_reign() {
  Random random = stream(Class::Reign);
  if (!random.chance(25) || plan_.liars.empty() || plan_.liars.front().instance != 0) return;
  plan_.parameters.rotation = Duration(kHorizon / kMillisecond);
  plan_.parameters.rotation_heights = 1'000;
  // Its empty blocks come in time, so that no timer ends what only a complaint should.
  plan_.parameters.idle_block = Duration(plan_.parameters.request_timeout.milliseconds() / 2);
  StrategyWindow& window = plan_.liars.front().windows.front();
  window.name = random.chance(60) ? "censor" : "filler";
  window.from = kBoot;
  window.until = Timestamp::never();
}

void Draw::draw_work() {
  Random random = stream(Class::Work);
  WorkPlan& work = plan_.work;
  work.interval = random.between(80, 700) * kMillisecond;
  if (random.chance(10)) work.interval = random.between(10, 60) * kMillisecond;
  // No draw: what the other seeds ask of the network stays as it was. An office takes one step
  // after the other, so it needs many in the time that there is.
  work.has_office = plan_.seed % 8 == 4;
  if (work.has_office) work.interval = std::max(work.interval / 24, 10 * kMillisecond);
  work.moves_clock = random.chance(25);
  work.is_generous = stream(Class::Generosity).chance(10);
}

void Draw::draw_turn() {
  Random random = stream(Class::Turn);
  if (plan_.expects_split) {
    plan_.turn = kHorizon;
    return;
  }
  std::vector<std::size_t> able;
  for (std::size_t i = 0; i < plan_.nodes; ++i) {
    const bool forgets = std::ranges::find(forgetful_, i) != forgetful_.end();
    if (plan_.is_correct(i) && !forgets) able.push_back(i);
  }
  random.shuffle(able);
  const std::size_t least = quorum().quorum();
  const std::size_t size = random.chance(50) ? least : random.between(least, able.size());
  for (std::size_t i = 0; i < size; ++i)
    plan_.core |= bit(able[i]);
  for (Outside& fate : plan_.outside)
    fate = static_cast<Outside>(random.below(4));
}

}  // namespace

std::string_view name_of(FaultKind kind) {
  constexpr std::string_view kNames[] = {"crash",        "power-cut",     "pause",      "cut",
                                         "clog",         "wall-jump",     "disk-fails", "amnesia",
                                         "ledger-fails", "ledger-damage", "diverge"};
  return kNames[static_cast<std::size_t>(kind)];
}

NodeIndex Plan::identity(std::size_t instance) const {
  return instance < nodes ? NodeIndex(static_cast<std::uint16_t>(instance))
                          : twins.at(instance - nodes);
}

bool Plan::is_liar(std::size_t instance) const {
  return std::ranges::any_of(liars,
                             [&](const LiarPlan& liar) { return liar.instance == instance; });
}

bool Plan::is_correct(std::size_t instance) const {
  return !is_liar(instance) && !diverges(instance) &&
         std::ranges::find(twins, identity(instance)) == twins.end();
}

bool Plan::forgets(std::size_t instance) const {
  return std::ranges::any_of(faults, [&](const Fault& fault) {
    return fault.kind == FaultKind::Amnesia && fault.instance == instance;
  });
}

bool Plan::is_damaged(std::size_t instance) const {
  return std::ranges::any_of(faults, [&](const Fault& fault) {
    return fault.kind == FaultKind::LedgerDamage && fault.instance == instance;
  });
}

bool Plan::diverges(std::size_t instance) const {
  return std::ranges::any_of(faults, [&](const Fault& fault) {
    return fault.kind == FaultKind::Diverge && fault.instance == instance;
  });
}

Micros Plan::liveness_bound(std::size_t waiting) const {
  const std::size_t views = consensus::Quorum(nodes).faulty() + 2;
  const std::uint64_t blocks = 1 + 2 * waiting / parameters.proposal_transactions_max;
  // A core that lags may ask each node outside of it for blocks first, and waits for the answer:
  // two timeouts, doubled twice at most (src/node/block_sync.cpp).
  const Micros patience = 8 * parameters.request_timeout.milliseconds() * kMillisecond;
  const Micros lag = (nodes - consensus::Quorum(nodes).quorum()) * patience;
  // Four delays and six syncs a block; a planned rotation may come with each.
  const Micros block = 12 * delta + 12 * (disk.sync_least + disk.sync_spread);
  return views * parameters.timeout_max.milliseconds() * kMillisecond + 4 * delta +
         parameters.idle_block.milliseconds() * kMillisecond +
         3 * tick.milliseconds() * kMillisecond + lag + blocks * block;
}

Plan draw_plan(std::uint64_t seed, const PlanOptions& options) {
  CHECK(options.nodes + options.twins <= kInstancesMax);
  Plan plan = Draw(seed, options).plan();
  draw_level2(plan, options.level2_percent);
  if (options.views == 0) return plan;
  CHECK(options.twins > 0);
  Random random(seed);
  const bool is_numbered =
      options.twins == 1 && seed < count_twin_scenarios(options.nodes, options.views);
  return steered(std::move(plan), is_numbered ? twin_scenario(seed, options.nodes, options.views)
                                              : draw_twin_scenario(random, options.nodes,
                                                                   options.twins, options.views));
}

std::string describe(const Fault& fault) {
  std::string text = std::string(name_of(fault.kind)) + "@" + std::to_string(fault.at) + "+" +
                     std::to_string(fault.lasts);
  if (fault.links.empty()) text += " i=" + std::to_string(fault.instance);
  if (fault.kind == FaultKind::Crash || fault.kind == FaultKind::LedgerDamage)
    text += " point=" + std::to_string(static_cast<int>(fault.point)) + "/" +
            std::to_string(fault.detail) + (fault.power ? " power" : "");
  if (fault.kind == FaultKind::WallJump) text += " ms=" + std::to_string(fault.jump_ms);
  for (const Mask mask : fault.links)
    text += " " + std::to_string(mask);
  return text;
}

std::string describe(const Plan& plan) {
  const Parameters& p = plan.parameters;
  std::string text = "nodes=" + std::to_string(plan.nodes) + (plan.level == 2 ? " level=2" : "") +
                     " timeout=" + std::to_string(p.request_timeout.milliseconds()) + ".." +
                     std::to_string(p.timeout_max.milliseconds()) +
                     " idle=" + std::to_string(p.idle_block.milliseconds()) +
                     " rotation=" + std::to_string(p.rotation_heights) + "/" +
                     std::to_string(p.rotation.milliseconds()) +
                     " passed_over=" + std::to_string(p.passed_over.milliseconds()) +
                     " block=" + std::to_string(p.proposal_transactions_max) +
                     " loss=" + std::to_string(plan.network.loss_permille) +
                     " dup=" + std::to_string(plan.network.duplicate_permille) +
                     " tail=" + std::to_string(plan.network.tail_percent) + "%" +
                     std::to_string(plan.network.tail) +
                     " order=" + std::to_string(int{plan.network.keeps_order}) +
                     " segment=" + std::to_string(plan.disk.segment_bytes) +
                     " turn=" + std::to_string(plan.turn) + " core=" + std::to_string(plan.core);
  for (const NodeIndex twin : plan.twins)
    text += " twin=" + std::to_string(twin.value());
  for (const Mask side : plan.sides)
    text += " sides=" + std::to_string(side);
  for (const LiarPlan& liar : plan.liars) {
    text += " liar=" + std::to_string(liar.instance);
    for (const StrategyWindow& window : liar.windows)
      text += ":" + window.name;
  }
  for (const Fault& fault : plan.faults)
    text += " [" + describe(fault) + "]";
  return text;
}

}  // namespace tally::sim
