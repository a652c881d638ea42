// Random: the simulator's own source of chance, the same on every compiler and library.
#pragma once

#include <tally/base/check.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

namespace tally::sim {

/// SplitMix64 (Steele, Lea, Flood 2014): 64 bits of state, and streams that split off by a number,
/// so that a draw more in one part of a run moves no other part. The standard distributions are
/// left out because each library has its own.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  [[nodiscard]] std::uint64_t next() {
    state_ += kGolden;
    return mix(state_);
  }
  /// 0 … bound−1. REQUIRES: bound > 0
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) {
    CHECK(bound > 0);
    return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64);
  }
  /// low … high. REQUIRES: low ≤ high, not the whole range of 64 bits
  [[nodiscard]] std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    CHECK(low <= high);
    return low + below(high - low + 1);
  }
  [[nodiscard]] bool chance(unsigned percent) { return below(100) < percent; }
  /// REQUIRES: not empty
  template <typename List>
  [[nodiscard]] auto& pick(List& list) {
    return list[static_cast<std::size_t>(below(std::size(list)))];
  }
  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i)
      std::swap(items[i - 1], items[static_cast<std::size_t>(below(i))]);
  }
  /// An independent stream; what is drawn here does not move it.
  [[nodiscard]] static Random stream(std::uint64_t seed, std::uint64_t number) {
    return Random(mix(seed ^ mix(number + kGolden)));
  }

 private:
  __extension__ using Wide = unsigned __int128;
  static constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;
  [[nodiscard]] static constexpr std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

}  // namespace tally::sim
