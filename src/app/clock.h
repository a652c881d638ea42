// The system's clocks, read by the programs alone.
#pragma once

#include <tally/base/time.h>

#include <chrono>

namespace tally::app {

[[nodiscard]] inline Timestamp system_now() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
  return Timestamp(ms > 0 ? static_cast<std::uint64_t>(ms) : 0);
}

}  // namespace tally::app
