// The strategies' makers, one a name; each file strategies_*.cpp holds a few of a kind.
#pragma once

#include "simulation/strategy.h"

#include <memory>

namespace tally::sim {

// strategies_timing.cpp: what is said is true, but not to all, or not in time.
[[nodiscard]] std::unique_ptr<Strategy> make_withhold(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_delay(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_few(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_replay(std::uint64_t seed);
[[nodiscard]] std::unique_ptr<Strategy> make_burst(std::uint64_t seed);

}  // namespace tally::sim
