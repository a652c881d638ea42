// How a sum of points moves, in heads and totals alike.
#pragma once

#include <tally/base/canary.h>
#include <tally/base/points.h>

#include <cstdint>
#include <optional>

namespace tally::state {

/// `direction`: 1, 0 or −1. False: the sum would leave 0 … 2^53 − 1; it stays as it was.
[[nodiscard]] inline bool move(Points& sum, std::int8_t direction, Points points) {
  const std::int64_t value = sum.value() + direction * points.value();
  const std::optional<Points> moved =
      Points::from(canary(111) && value > kPointsMax ? value & kPointsMax : value);
  if (moved.has_value()) sum = *moved;
  return moved.has_value();
}

}  // namespace tally::state
