// Strategies that tell the truth, but not to all, or not in time.
#include "simulation/mutate.h"
#include "simulation/strategies.h"

#include <algorithm>
#include <map>
#include <set>

namespace tally::sim {
namespace {

using consensus::Message;

/// 3: drops by kind of message, by peer, or by height; which, is drawn once.
class Withhold : public Strategy {
 public:
  explicit Withhold(std::uint64_t seed)
      : Strategy(seed),
        kinds_(random_.next()),
        peers_(random_.next() | random_.next()),
        heights_(random_.between(1, 4)) {}

  void on_send(std::vector<Parcel>& parcels, const StrategyContext& context) override {
    const std::size_t before = parcels.size();
    std::erase_if(parcels, [this](const Parcel& parcel) { return is_withheld(parcel); });
    if (parcels.size() < before)
      context.note("withholds " + std::to_string(before - parcels.size()) + " frames");
  }

 private:
  [[nodiscard]] bool is_withheld(const Parcel& parcel) const {
    if (((peers_ >> (parcel.to.value() % 64)) & 1) == 0) return false;
    const Result<Message> message = consensus::decode_message(parcel.frame);
    if (!message.ok()) return false;
    if (((kinds_ >> (message->index() % 64)) & 1) == 0) return false;
    const std::optional<Height> height = height_of(*message);
    return !height.has_value() || height->value() % heights_ == 0;
  }

  std::uint64_t kinds_;
  std::uint64_t peers_;
  std::uint64_t heights_;
};

/// 4: everything, or one kind alone, comes just before the peers' patience ends.
class Delay : public Strategy {
 public:
  explicit Delay(std::uint64_t seed)
      : Strategy(seed), proposals_alone_(random_.chance(50)), percent_(random_.between(70, 99)) {}

  void on_send(std::vector<Parcel>& parcels, const StrategyContext& context) override {
    const std::uint64_t delay = context.epoch.request_timeout.milliseconds() * percent_ / 100;
    for (Parcel& parcel : parcels) {
      if (proposals_alone_) {
        const Result<Message> message = consensus::decode_message(parcel.frame);
        if (!message.ok() || !std::holds_alternative<consensus::PrePrepare>(*message)) continue;
      }
      parcel.delay = Duration(parcel.delay.milliseconds() + delay);
      context.note("delays a frame for node " + std::to_string(parcel.to.value()) + " by " +
                   std::to_string(delay) + " ms");
    }
  }

 private:
  bool proposals_alone_;
  std::uint64_t percent_;
};

/// 5: what is for all goes to q−1 nodes, this one counted or not; others for each height.
class Few : public Strategy {
 public:
  explicit Few(std::uint64_t seed) : Strategy(seed), counts_itself_(random_.chance(50)) {}

  void on_send(std::vector<Parcel>& parcels, const StrategyContext& context) override {
    std::erase_if(parcels, [this, &context](const Parcel& parcel) {
      const Result<Message> message = consensus::decode_message(parcel.frame);
      if (!message.ok()) return false;
      const std::optional<Height> height = height_of(*message);
      return height.has_value() && !chosen(*height, context).contains(parcel.to);
    });
  }

 private:
  const std::set<NodeIndex>& chosen(Height height, const StrategyContext& context) {
    if (chosen_.size() >= kHeightsMax && !chosen_.contains(height)) chosen_.clear();
    const auto [found, is_new] = chosen_.try_emplace(height);
    if (!is_new) return found->second;
    std::vector<NodeIndex> peers = peers_of(context);
    random_.shuffle(peers);
    const std::size_t speakers = context.epoch.quorum().quorum() - 1;
    peers.resize(
        std::min(peers.size(), counts_itself_ ? std::max<std::size_t>(speakers, 1) - 1 : speakers));
    found->second.insert(peers.begin(), peers.end());
    context.note("speaks of height " + std::to_string(height.value()) + " to " +
                 std::to_string(peers.size()) + " nodes alone");
    return found->second;
  }

  static constexpr std::size_t kHeightsMax = 64;
  bool counts_itself_;
  std::map<Height, std::set<NodeIndex>> chosen_;
};

/// 6: says again what anybody said, a moment or many views ago.
class Replay : public Strategy {
 public:
  explicit Replay(std::uint64_t seed) : Strategy(seed), frames_max_(random_.between(1, 4)) {}

  void on_time(std::vector<Parcel>& more, const StrategyContext& context) override {
    const std::deque<Bytes>& frames = context.heard.frames();
    if (frames.empty() || !random_.chance(50)) return;
    for (std::uint64_t i = random_.below(frames_max_ + 1); i > 0; --i) {
      const auto to = static_cast<std::uint16_t>(random_.below(context.epoch.validators.size()));
      if (to == context.self.value()) continue;
      more.push_back({NodeIndex(to), random_.pick(frames), Duration()});
      context.note("replays a frame to node " + std::to_string(to));
    }
  }

 private:
  std::uint64_t frames_max_;
};

/// 19: silent for a while, then says all of it at once.
class Burst : public Strategy {
 public:
  explicit Burst(std::uint64_t seed)
      : Strategy(seed), period_(random_.between(500, 6'000)), silent_(random_.between(30, 95)) {}

  void on_send(std::vector<Parcel>& parcels, const StrategyContext& context) override {
    const std::uint64_t at = context.now.monotonic.milliseconds() % period_;
    const std::uint64_t end = period_ * silent_ / 100;
    if (at >= end) return;
    for (Parcel& parcel : parcels)
      parcel.delay = Duration(parcel.delay.milliseconds() + end - at);
    if (!parcels.empty()) context.note("is silent for " + std::to_string(end - at) + " ms more");
  }

 private:
  std::uint64_t period_;
  std::uint64_t silent_;  ///< percent of the period
};

}  // namespace

std::unique_ptr<Strategy> make_withhold(std::uint64_t seed) {
  return std::make_unique<Withhold>(seed);
}
std::unique_ptr<Strategy> make_delay(std::uint64_t seed) {
  return std::make_unique<Delay>(seed);
}
std::unique_ptr<Strategy> make_few(std::uint64_t seed) {
  return std::make_unique<Few>(seed);
}
std::unique_ptr<Strategy> make_replay(std::uint64_t seed) {
  return std::make_unique<Replay>(seed);
}
std::unique_ptr<Strategy> make_burst(std::uint64_t seed) {
  return std::make_unique<Burst>(seed);
}

}  // namespace tally::sim
