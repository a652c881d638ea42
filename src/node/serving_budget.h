// ServingBudget: how much of this node's time the peers' catching up may take.
#pragma once

#include <tally/base/ids.h>
#include <tally/base/limits.h>
#include <tally/base/time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace tally::node {

/// Bytes of blocks that each peer may be given: a burst of a few full answers, then at a steady
/// pace, faster than blocks are made. What one peer takes, no other lacks. Thread-safe.
class ServingBudget {
 public:
  static constexpr std::uint64_t kBurst = 4 * limits::kFetchBytesMax;
  static constexpr std::uint64_t kBytesPerMillisecond = 16'384;
  /// What an answer costs beside its bytes: it is looked up and checked, however small.
  static constexpr std::uint64_t kAnswerCost = 64 << 10;

  explicit ServingBudget(std::size_t nodes) : spent_(nodes) {}

  /// Whether `peer` may have an answer. `now`: monotonic.
  [[nodiscard]] bool allows(NodeIndex peer, Timestamp now) {
    const std::lock_guard lock(mutex_);
    Spent& spent = spent_.at(peer.value());
    const Duration span = now.since(spent.as_of);
    // By then all is forgiven; the bound keeps the product small.
    const std::uint64_t whole = kBurst / kBytesPerMillisecond + 1;
    const std::uint64_t earned = std::min(span.milliseconds(), whole) * kBytesPerMillisecond;
    // An answer may overdraw by its own size, and the next one waits for that.
    spent.bytes -= std::min(spent.bytes, earned);
    spent.as_of = std::max(spent.as_of, now);
    return spent.bytes < kBurst;
  }

  void spend(NodeIndex peer, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    spent_.at(peer.value()).bytes += bytes + kAnswerCost;
  }

 private:
  struct Spent {
    std::uint64_t bytes = 0;
    Timestamp as_of;
  };
  std::mutex mutex_;
  std::vector<Spent> spent_;
};

}  // namespace tally::node
