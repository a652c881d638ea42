// Latencies: how long calls took, and their percentiles.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace tally::app {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Whole milliseconds since `start`, by the steady clock.
[[nodiscard]] inline std::uint64_t milliseconds_since(SteadyTime start) {
  const auto span = std::chrono::steady_clock::now() - start;
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(span).count());
}

/// In milliseconds. Not thread-safe.
class Latencies {
 public:
  void add(std::uint64_t milliseconds) { all_.push_back(milliseconds); }
  [[nodiscard]] std::size_t count() const { return all_.size(); }
  /// The nearest rank: the smallest value that at least `percent` of all do not pass; 0 of none.
  /// REQUIRES: 1 ≤ percent ≤ 100
  [[nodiscard]] std::uint64_t percentile(unsigned percent) const;

 private:
  std::vector<std::uint64_t> all_;
};

}  // namespace tally::app
