// Backoff: how long to wait before the next attempt, longer each time, never in step with others.
#pragma once

#include <algorithm>
#include <chrono>

#include <tally/net/peer_links.h>

#include "net/tls.h"

namespace tally::net {

class Backoff {
 public:
  using Span = std::chrono::milliseconds;

  explicit Backoff(const LinkTimes& times)
      : least_(times.redial_min.milliseconds()),
        most_(times.redial_max.milliseconds()),
        current_(least_) {}

  /// Half to all of a span that doubles from `redial_min` to `redial_max`.
  [[nodiscard]] Span next() {
    const Span span = current_;
    current_ = std::min(most_, current_ * 2);
    std::array<std::uint8_t, 1> random{};
    fill_random(random);
    return span / 2 + span / 2 * random[0] / 255;
  }
  void reset() { current_ = least_; }

 private:
  Span least_;
  Span most_;
  Span current_;
};

}  // namespace tally::net
