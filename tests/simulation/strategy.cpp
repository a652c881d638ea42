// Strategies by name, and the liar that runs them.
#include "simulation/strategy.h"

#include "simulation/strategies.h"

#include <algorithm>
#include <array>

namespace tally::sim {
namespace {

struct Maker {
  std::string_view name;
  std::unique_ptr<Strategy> (*make)(std::uint64_t seed);
};

// In the order of design/reliability.md §4.4; 16, 17 and 22 are the world's.
constexpr std::array kMakers{
    Maker{"two_proposals", make_two_proposals},              // 1
    Maker{"two_votes", make_two_votes},                      // 2
    Maker{"withhold", make_withhold},                        // 3
    Maker{"delay", make_delay},                              // 4
    Maker{"few", make_few},                                  // 5
    Maker{"replay", make_replay},                            // 6
    Maker{"far", make_far},                                  // 7
    Maker{"forged_certificates", make_forged_certificates},  // 8
    Maker{"lying_view_change", make_lying_view_change},      // 9
    Maker{"bad_new_view", make_bad_new_view},                // 10
    Maker{"false_headers", make_false_headers},              // 11
    Maker{"lying_sync", make_lying_sync},                    // 12
    Maker{"lying_answers", make_lying_answers},              // 12
    Maker{"block_time", make_block_time},                    // 13
    Maker{"censor", make_censor},                            // 14
    Maker{"filler", make_filler},                            // 15
    Maker{"forged_submissions", make_forged_submissions},    // 15
    Maker{"flood", make_flood},                              // 15
    Maker{"conspiracy", make_conspiracy},                    // 18
    Maker{"false_complaints", make_false_complaints},        // 18
    Maker{"burst", make_burst},                              // 19
    Maker{"small_mutations", make_small_mutations},          // 20
    Maker{"other_chains", make_other_chains},                // 21
};

constexpr std::uint64_t kStrategiesMax = 3;

}  // namespace

const std::vector<std::string_view>& strategy_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const Maker& maker : kMakers)
      all.push_back(maker.name);
    return all;
  }();
  return names;
}

std::unique_ptr<Strategy> make_strategy(std::string_view name, std::uint64_t seed) {
  for (const Maker& maker : kMakers)
    if (maker.name == name) return maker.make(seed);
  return nullptr;
}

std::vector<StrategyWindow> draw_strategies(Random& random, Timestamp start, Duration horizon) {
  std::vector<StrategyWindow> windows;
  const std::uint64_t count = random.between(1, kStrategiesMax);
  for (std::uint64_t i = 0; i < count; ++i) {
    StrategyWindow window;
    window.name = random.pick(kMakers).name;
    window.from = start;
    window.seed = random.next();
    // Half of them for the whole run; the others for a part of it.
    if (random.chance(50)) {
      const std::uint64_t length = horizon.milliseconds();
      const std::uint64_t first = random.below(length / 2 + 1);
      window.from = start.plus(Duration(first));
      window.until = window.from.plus(Duration(random.between(1, length - first)));
    }
    windows.push_back(std::move(window));
  }
  return windows;
}

Liar::Liar(LiarSeat seat, const std::vector<StrategyWindow>& windows)
    : seat_(std::move(seat)), heard_(seat_.epoch, seat_.self) {
  for (const StrategyWindow& window : windows) {
    std::unique_ptr<Strategy> strategy = make_strategy(window.name, window.seed);
    CHECK(strategy != nullptr);
    entries_.push_back({window, std::move(strategy)});
  }
}

template <typename Do>
void Liar::for_each_active(const consensus::Now& now, Do act) {
  const StrategyContext context{
      seat_.epoch,  seat_.self, seat_.key, seat_.ring,
      seat_.script, heard_,     now,       keeps_notes_ ? &notes_ : nullptr};
  for (const Entry& entry : entries_)
    if (entry.window.from <= now.monotonic && now.monotonic < entry.window.until)
      act(*entry.strategy, context);
}

void Liar::on_send(std::vector<Parcel>& parcels, const consensus::Now& now) {
  // A message for all is one parcel for each peer: it is looked at once.
  for (std::size_t i = 0; i < parcels.size(); ++i)
    if (i == 0 || parcels[i].frame != parcels[i - 1].frame)
      (void)heard_.note(seat_.self, parcels[i].frame);
  for_each_active(now, [&parcels](Strategy& strategy, const StrategyContext& context) {
    strategy.on_send(parcels, context);
  });
}

bool Liar::on_hear(NodeIndex from, ByteView frame, const consensus::Now& now,
                   std::vector<Parcel>& more) {
  (void)heard_.note(from, frame);
  bool hears = true;
  for_each_active(now, [&](Strategy& strategy, const StrategyContext& context) {
    hears = strategy.on_hear(from, frame, more, context) && hears;
  });
  return hears;
}

bool Liar::admits(ByteView submission, const consensus::Now& now) {
  bool admitted = true;
  for_each_active(now, [&](Strategy& strategy, const StrategyContext& context) {
    admitted = strategy.admits(submission, context) && admitted;
  });
  return admitted;
}

void Liar::on_time(const consensus::Now& now, std::vector<Parcel>& more) {
  for_each_active(now, [&more](Strategy& strategy, const StrategyContext& context) {
    strategy.on_time(more, context);
  });
}

}  // namespace tally::sim
