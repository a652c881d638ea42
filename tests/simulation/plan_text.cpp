// One list of names serves both ways, so that what is written can be read.
#include "simulation/plan_text.h"

#include <charconv>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace tally::sim {
namespace {

std::uint64_t number_of(std::uint64_t value) {
  return value;
}
std::uint64_t number_of(Duration value) {
  return value.milliseconds();
}
void assign(Duration& value, std::uint64_t number) {
  value = Duration(number);
}
template <typename Integer>
void assign(Integer& value, std::uint64_t number) {
  value = static_cast<Integer>(number);
}

/// `visit(name, value)` for every number of `plan` that stands alone.
template <typename PlanType, typename Visit>
void each_number(PlanType& plan, Visit visit) {
  visit("seed", plan.seed);
  visit("nodes", plan.nodes);
  visit("window", plan.window);
  visit("level", plan.level);
  visit("tick_ms", plan.tick);
  visit("turn_us", plan.turn);
  visit("core", plan.core);
  visit("delta_us", plan.delta);
  visit("expects_split", plan.expects_split);
  auto& p = plan.parameters;
  visit("request_timeout_ms", p.request_timeout);
  visit("timeout_max_ms", p.timeout_max);
  visit("passed_over_ms", p.passed_over);
  visit("idle_block_ms", p.idle_block);
  visit("rotation_heights", p.rotation_heights);
  visit("rotation_ms", p.rotation);
  visit("clock_bound_ms", p.clock_bound);
  visit("proposal_bytes_max", p.proposal_bytes_max);
  visit("proposal_transactions_max", p.proposal_transactions_max);
  visit("proposal_rule_cost_max", p.proposal_rule_cost_max);
  visit("validity_max_ms", p.validity_max);
  visit("request_memory_ms", p.request_memory);
  visit("state_buckets", p.state_buckets);
  auto& network = plan.network;
  visit("delay_least_us", network.delay_least);
  visit("delay_spread_us", network.delay_spread);
  visit("tail_percent", network.tail_percent);
  visit("tail_us", network.tail);
  visit("loss_permille", network.loss_permille);
  visit("duplicate_permille", network.duplicate_permille);
  visit("keeps_order", network.keeps_order);
  visit("loses_at_restart", network.loses_at_restart);
  visit("slow_by_us", network.slow_by);
  visit("sync_least_us", plan.disk.sync_least);
  visit("sync_spread_us", plan.disk.sync_spread);
  visit("segment_bytes", plan.disk.segment_bytes);
  auto& work = plan.work;
  visit("interval_us", work.interval);
  visit("spread_percent", work.spread_percent);
  visit("repeat_percent", work.repeat_percent);
  visit("conflict_percent", work.conflict_percent);
  visit("forged_percent", work.forged_percent);
  visit("short_percent", work.short_percent);
  visit("moves_clock", work.moves_clock);
  visit("is_generous", work.is_generous);
  visit("has_office", work.has_office);
}

/// The words of a line after its first.
class Words {
 public:
  Words(std::string_view line, std::size_t number) : number_(number) {
    while (!line.empty()) {
      const std::size_t end = line.find(' ');
      if (end != 0) words_.push_back(line.substr(0, end));
      line = end == std::string_view::npos ? std::string_view() : line.substr(end + 1);
    }
  }
  [[nodiscard]] bool is_empty() const { return at_ == words_.size(); }
  std::string_view word() { return is_empty() ? miss("a word") : words_[at_++]; }
  template <typename Integer>
  Integer number() {
    const std::string_view text = word();
    Integer value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) (void)miss("a number");
    return value;
  }
  std::string_view miss(std::string what) {
    if (!missing_.has_value()) missing_ = std::move(what);
    return {};
  }
  [[nodiscard]] Result<void> finish() {
    if (!is_empty()) (void)miss("the end of the line");
    if (!missing_.has_value()) return {};
    return malformed("line " + std::to_string(number_) + ": expected " + *missing_);
  }

 private:
  std::size_t number_;
  std::vector<std::string_view> words_;
  std::size_t at_ = 0;
  std::optional<std::string> missing_;
};

FaultKind kind_from(Words& words) {
  const std::string_view name = words.word();
  for (int kind = 0; kind <= static_cast<int>(kLastFaultKind); ++kind)
    if (name_of(static_cast<FaultKind>(kind)) == name) return static_cast<FaultKind>(kind);
  (void)words.miss("the name of a fault");
  return FaultKind::Crash;
}

Fault fault_from(Words& words) {
  Fault fault;
  fault.kind = kind_from(words);
  fault.at = words.number<Micros>();
  fault.lasts = words.number<Micros>();
  fault.instance = words.number<std::size_t>();
  const auto point = words.number<std::uint8_t>();
  if (point > static_cast<std::uint8_t>(kLastCrashPoint)) (void)words.miss("a crash point");
  fault.point = static_cast<CrashPoint>(point);
  fault.detail = words.number<std::uint64_t>();
  fault.power = words.number<unsigned>() != 0;
  fault.jump_ms = words.number<std::int64_t>();
  while (!words.is_empty())
    fault.links.push_back(words.number<Mask>());
  return fault;
}

StrategyWindow window_from(Words& words) {
  StrategyWindow window;
  window.name = words.word();
  if (make_strategy(window.name, 0) == nullptr) (void)words.miss("the name of a strategy");
  window.from = Timestamp(words.number<std::uint64_t>());
  window.until = Timestamp(words.number<std::uint64_t>());
  window.seed = words.number<std::uint64_t>();
  return window;
}

void read_thing(std::string_view name, Words& words, Plan& plan) {
  if (name == "slow") {
    plan.network.slow = words.number<std::size_t>();
  } else if (name == "clock") {
    ClockPlan& clock = plan.clocks.emplace_back();
    clock.drift_ppm = words.number<int>();
    clock.wall_ms = words.number<std::int64_t>();
  } else if (name == "outside") {
    const auto fate = words.number<std::uint8_t>();
    if (fate > static_cast<std::uint8_t>(Outside::Mute)) (void)words.miss("a fate");
    plan.outside.push_back(static_cast<Outside>(fate));
  } else if (name == "twin") {
    plan.twins.emplace_back(words.number<std::uint16_t>());
  } else if (name == "sides") {
    plan.sides.push_back(words.number<Mask>());
  } else if (name == "liar") {
    plan.liars.push_back({words.number<std::size_t>(), {}});
  } else if (name == "window-of-liar") {
    if (plan.liars.empty()) return (void)words.miss("a liar before");
    plan.liars.back().windows.push_back(window_from(words));
  } else if (name == "fault") {
    plan.faults.push_back(fault_from(words));
  } else {
    (void)words.miss("something that a plan has");
  }
}

/// What the world relies on.
Result<void> check(const Plan& plan) {
  const std::size_t count = plan.instances();
  if (plan.nodes < 4 || plan.nodes > 16 || count > kInstancesMax)
    return malformed("a world has 4 to 16 nodes");
  if (plan.level != 1 && plan.level != 2) return malformed("storage has the levels 1 and 2");
  if (plan.clocks.size() != count || plan.outside.size() != count)
    return malformed("each of the instances has a clock, and a fate at the turn");
  if (plan.network.slow.has_value() && *plan.network.slow >= count)
    return malformed("no such slow instance");
  for (const NodeIndex twin : plan.twins)
    if (twin.value() >= plan.nodes) return malformed("a twin of no node");
  for (const LiarPlan& liar : plan.liars)
    if (liar.instance >= plan.nodes) return malformed("a liar that is no node");
  for (const Fault& fault : plan.faults) {
    if (fault.instance >= count) return malformed("a fault of no instance");
    const bool has_links = fault.kind == FaultKind::Cut || fault.kind == FaultKind::Clog;
    if (fault.links.size() != (has_links ? count : 0))
      return malformed("a fault of links names those of every instance");
  }
  return {};
}

std::string line_of(const Fault& fault) {
  std::string text = "fault " + std::string(name_of(fault.kind)) + " " + std::to_string(fault.at) +
                     " " + std::to_string(fault.lasts) + " " + std::to_string(fault.instance) +
                     " " + std::to_string(static_cast<int>(fault.point)) + " " +
                     std::to_string(fault.detail) + " " + std::to_string(int{fault.power}) + " " +
                     std::to_string(fault.jump_ms);
  for (const Mask mask : fault.links)
    text += " " + std::to_string(mask);
  return text + "\n";
}

}  // namespace

std::string to_text(const Plan& plan) {
  std::string text = "# A plan of tally_sim: replay with --plan and the name of this file.\n";
  std::map<std::string_view, std::uint64_t> defaults;
  const Plan plain;
  each_number(plain,
              [&](std::string_view name, const auto& value) { defaults[name] = number_of(value); });
  each_number(plan, [&](std::string_view name, const auto& value) {
    if (number_of(value) != defaults[name])
      text += std::string(name) + " " + std::to_string(number_of(value)) + "\n";
  });
  if (plan.network.slow.has_value()) text += "slow " + std::to_string(*plan.network.slow) + "\n";
  for (const ClockPlan& clock : plan.clocks)
    text += "clock " + std::to_string(clock.drift_ppm) + " " + std::to_string(clock.wall_ms) + "\n";
  for (const Outside fate : plan.outside)
    text += "outside " + std::to_string(static_cast<int>(fate)) + "\n";
  for (const NodeIndex twin : plan.twins)
    text += "twin " + std::to_string(twin.value()) + "\n";
  for (const Mask side : plan.sides)
    text += "sides " + std::to_string(side) + "\n";
  for (const LiarPlan& liar : plan.liars) {
    text += "liar " + std::to_string(liar.instance) + "\n";
    for (const StrategyWindow& window : liar.windows)
      text += "window-of-liar " + window.name + " " + std::to_string(window.from.milliseconds()) +
              " " + std::to_string(window.until.milliseconds()) + " " +
              std::to_string(window.seed) + "\n";
  }
  for (const Fault& fault : plan.faults)
    text += line_of(fault);
  return text;
}

Result<Plan> plan_from_text(std::string_view text) {
  Plan plan;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.empty() || line.front() == '#') continue;
    Words words(line, number);
    const std::string_view name = words.word();
    bool is_number = false;
    each_number(plan, [&](std::string_view known, auto& value) {
      if (known != name) return;
      is_number = true;
      assign(value, words.number<std::uint64_t>());
    });
    if (!is_number) read_thing(name, words, plan);
    TRY_VOID(words.finish());
  }
  TRY_VOID(check(plan));
  return plan;
}

}  // namespace tally::sim
