// Strategies: what a Byzantine node does to what it sends and hears (design/reliability.md §4.4).
//
// A Byzantine node is a correct one with a Liar beside it. The world asks the liar at three places:
//
//   liar.on_send(parcels, now);                        // the node's own frames, one for each peer
//   if (liar.on_hear(from, frame, now, more)) ...      // then the node hears it too
//   liar.on_time(now, more);                           // every kLiarTick
//
// and sends what comes back, `delay` later than it would. Nobody checks it: the oracles watch the
// correct nodes alone.
#pragma once

#include <tally/consensus/message.h>
#include <tally/consensus/replica.h>
#include <tally/crypto/signature.h>

#include "simulation/heard.h"
#include "simulation/random.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tally::sim {

/// How often the world calls on_time.
inline constexpr Duration kLiarTick{50};

/// A frame for one peer, `delay` later than the network alone makes it.
struct Parcel {
  NodeIndex to;
  Bytes frame;
  Duration delay;
};

/// A Byzantine node and its key. They tell each other everything.
struct Accomplice {
  NodeIndex node;
  const crypto::PrivateKey* key = nullptr;
};

/// What a strategy sees when it is asked.
struct StrategyContext {
  const consensus::Epoch& epoch;
  NodeIndex self;
  const crypto::PrivateKey& key;
  const std::vector<Accomplice>& ring;  ///< all liars of the run, this one too
  std::uint64_t script = 0;             ///< the same number for all of them
  const Heard& heard;
  consensus::Now now;                         ///< this node's clocks
  std::vector<std::string>* notes = nullptr;  ///< what it did, in words, if somebody reads them

  void note(std::string what) const {
    if (notes != nullptr) notes->push_back(std::move(what));
  }
};

/// One way to misbehave. It draws from a stream of its own, so switching one off moves no other.
class Strategy {
 public:
  explicit Strategy(std::uint64_t seed) : random_(seed) {}
  Strategy(const Strategy&) = delete;
  Strategy& operator=(const Strategy&) = delete;
  virtual ~Strategy() = default;

  /// Edits, delays, drops or adds to what the node is about to send.
  virtual void on_send(std::vector<Parcel>& /*parcels*/, const StrategyContext& /*context*/) {}
  /// false: the node does not hear it. Adds what the liar says of its own accord to `more`.
  virtual bool on_hear(NodeIndex /*from*/, ByteView /*frame*/, std::vector<Parcel>& /*more*/,
                       const StrategyContext& /*context*/) {
    return true;
  }
  /// false: a submission that one of the node's own clients brings is lost.
  virtual bool admits(ByteView /*submission*/, const StrategyContext& /*context*/) { return true; }
  virtual void on_time(std::vector<Parcel>& /*more*/, const StrategyContext& /*context*/) {}

 protected:
  Random random_;
};

/// A strategy by its name, at work from `from` on and before `until`, by the node's monotonic
/// clock. The list of these is all that a plan says of a liar, so a shrinker can cut it.
struct StrategyWindow {
  std::string name;
  Timestamp from;
  Timestamp until = Timestamp::never();
  std::uint64_t seed = 0;
  friend bool operator==(const StrategyWindow&, const StrategyWindow&) = default;
};

/// All names, in the order of design/reliability.md §4.4.
[[nodiscard]] const std::vector<std::string_view>& strategy_names();
/// nullptr: no strategy has this name.
[[nodiscard]] std::unique_ptr<Strategy> make_strategy(std::string_view name, std::uint64_t seed);
/// One to three strategies in windows within [start, start + horizon).
[[nodiscard]] std::vector<StrategyWindow> draw_strategies(Random& random, Timestamp start,
                                                          Duration horizon);

/// Where a liar sits. It borrows the epoch and the keys.
struct LiarSeat {
  const consensus::Epoch& epoch;
  NodeIndex self;
  const crypto::PrivateKey& key;
  std::vector<Accomplice> ring;
  std::uint64_t script = 0;
};

/// The strategies of one node, and what it remembers; a restart of the node does not touch it.
class Liar {
 public:
  /// REQUIRES: each window names a strategy.
  Liar(LiarSeat seat, const std::vector<StrategyWindow>& windows);

  void on_send(std::vector<Parcel>& parcels, const consensus::Now& now);
  [[nodiscard]] bool on_hear(NodeIndex from, ByteView frame, const consensus::Now& now,
                             std::vector<Parcel>& more);
  [[nodiscard]] bool admits(ByteView submission, const consensus::Now& now);
  void on_time(const consensus::Now& now, std::vector<Parcel>& more);

  /// From now on notes are kept, for a trace.
  void keep_notes() { keeps_notes_ = true; }
  [[nodiscard]] std::vector<std::string> take_notes() { return std::exchange(notes_, {}); }

 private:
  struct Entry {
    StrategyWindow window;
    std::unique_ptr<Strategy> strategy;
  };
  template <typename Do>
  void for_each_active(const consensus::Now& now, Do act);

  LiarSeat seat_;
  Heard heard_;
  std::vector<Entry> entries_;
  bool keeps_notes_ = false;
  std::vector<std::string> notes_;
};

}  // namespace tally::sim
