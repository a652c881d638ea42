// in_flight: many pieces of work at once, each a call that waits for the ledger.
#pragma once

#include "app/fault_kinds.h"

#include <atomic>
#include <cstddef>
#include <functional>

namespace tally::app {

struct InFlight {
  std::size_t count = 0;                           ///< pieces of work, 0 … count−1
  std::size_t at_once = 1;                         ///< threads
  const std::atomic<bool>* stop = nullptr;         ///< set: no further piece is started
  std::function<Faults(std::size_t piece)> work;   ///< on any thread; a fault ends the whole
  std::function<void(std::size_t done)> progress;  ///< on the caller's thread, 5 times a second
};

/// Starts the pieces in order and returns once all that were started are over: the faults of the
/// first piece that failed, by number.
[[nodiscard]] Faults run_in_flight(const InFlight& in_flight);

}  // namespace tally::app
