// Percentiles by the nearest rank.
#include "app/latencies.h"

#include <tally/base/check.h>

#include <algorithm>

namespace tally::app {

std::uint64_t Latencies::percentile(unsigned percent) const {
  CHECK(percent >= 1 && percent <= 100);
  if (all_.empty()) return 0;
  std::vector<std::uint64_t> sorted = all_;
  const std::size_t rank = (sorted.size() * percent + 99) / 100;
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(sorted.begin(), at, sorted.end());
  return *at;
}

}  // namespace tally::app
