// Shrinking real runs: each trial in a process of its own, then the story of the least one.
#pragma once

#include "simulation/outcome.h"
#include "simulation/shrink.h"

#include <chrono>
#include <string>

namespace tally::sim {

/// How a run ended that was not this process's own, so that a CHECK in it ends that one alone.
struct Verdict {
  bool failed = false;
  std::string oracle;  ///< "CHECK" where the process died
  Micros ended = 0;
};
[[nodiscard]] Verdict run_apart(const Plan& plan);

/// Five minutes, as the design says; a test gives less.
inline constexpr std::chrono::seconds kShrinkTime{300};

/// Shrinks `plan` while it fails by the same oracle, writes what is left to `file` and prints it as
/// a story, with the command that replays it. `program`: how this one was called, with the options
/// that a plan does not hold. false: it does not fail, or the file cannot be written.
[[nodiscard]] bool shrink_and_tell(const Plan& plan, const std::string& program,
                                   const std::string& file,
                                   std::chrono::seconds time = kShrinkTime);

}  // namespace tally::sim
