// How many signatures were verified: the measure of what a frame costs, whatever machine runs this.
#pragma once

#include <cstddef>

namespace tally::test {

/// Since the program started, on all threads.
[[nodiscard]] std::size_t signatures_verified();

/// By `work`.
template <typename Work>
[[nodiscard]] std::size_t signatures_verified_by(Work&& work) {
  const std::size_t before = signatures_verified();
  work();
  return signatures_verified() - before;
}

}  // namespace tally::test
