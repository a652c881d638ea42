// Interrupt: Ctrl-C as something to ask about, so that a command can end at a good place.
#pragma once

#include <atomic>

namespace tally::app {

/// While one lives, the first SIGINT or SIGTERM only sets a flag; the second ends the process as
/// it always did. One at a time in a process.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  [[nodiscard]] bool came() const;
  [[nodiscard]] const std::atomic<bool>& flag() const;
};

}  // namespace tally::app
