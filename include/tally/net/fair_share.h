// FairShare: how much of the network's thread one peer may take.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tally::net {

/// All peers' frames are checked on one thread, and a frame may cost what its sender likes: it pays
/// with its own next turns. A peer's debt grows by what its frames cost and shrinks by 1/(2f) of
/// the time that passes; above `kBurst` it waits until it has shrunk to that. So in any span T one
/// peer gets at most kBurst + T/(2f) and one frame more, and f liars together half of the thread
/// and f bursts. The other half is left to the n - 1 - f correct peers. A busy one of them has the
/// same 1/(2f) for itself; if it needs more it is read more slowly, loses nothing and is never cut
/// off: no pause is longer than `kPauseMax`, which is less than the silence that closes a link,
/// and enough for the dearest frame, a full proposal of about a second, where f is 5.
/// With f = 0 nobody is assumed to lie, and nobody waits.
class FairShare {
 public:
  using Cost = std::chrono::microseconds;
  using Time = std::chrono::steady_clock::time_point;
  /// Free at once: about a full submission of consents, several times what honest frames cost.
  static constexpr std::chrono::milliseconds kBurst{250};
  static constexpr std::chrono::milliseconds kPauseMax{10'000};

  /// `faulty`: f of the epoch.
  explicit FairShare(std::size_t faulty) : divisor_(2 * static_cast<std::int64_t>(faulty)) {}

  /// A frame that was handled by `now` took `cost` of the thread's time. How long not to read on.
  [[nodiscard]] std::chrono::milliseconds spend(Cost cost, Time now) {
    if (divisor_ == 0) return std::chrono::milliseconds::zero();
    shrink(now);
    // What a cap forgives is forgiven, or one frame could close a link's next minutes.
    debt_ = std::min<Cost>(debt_ + cost, kBurst + Cost(kPauseMax) / divisor_);
    return pause(now);
  }

  /// What is left of the pause, also on a new link.
  [[nodiscard]] std::chrono::milliseconds pause(Time now) {
    if (divisor_ == 0) return std::chrono::milliseconds::zero();
    shrink(now);
    if (debt_ <= kBurst) return std::chrono::milliseconds::zero();
    return std::chrono::ceil<std::chrono::milliseconds>((debt_ - kBurst) * divisor_);
  }

 private:
  void shrink(Time now) {
    const Cost passed = std::chrono::duration_cast<Cost>(now - as_of_) / divisor_;
    if (passed <= Cost::zero()) return;
    debt_ = std::max(Cost::zero(), debt_ - passed);
    as_of_ += passed * divisor_;
  }

  std::int64_t divisor_;
  Cost debt_{};
  Time as_of_{};
};

}  // namespace tally::net
