// Names of the counters.
#include "simulation/outcome.h"

namespace tally::sim {

std::string_view name_of(Seen seen) {
  constexpr std::string_view kNames[] = {
      "blocks",
      "view-change",
      "view-change-with-proof",
      "new-view",
      "new-view-gap",
      "null-block",
      "rotation",
      "passed-over",
      "refused-proposal",
      "cap-reached",
      "restart-in-view-change",
      "restart",
      "power-cut",
      "torn-tail",
      "segment-change",
      "sync-failed",
      "disk-full",
      "cut-before-sync",
      "cut-after-sync",
      "cut-before-frames",
      "cut-in-send",
      "cut-after-commit",
      "block-sync",
      "body-fetched",
      "replay-tried",
      "filler-offered",
      "request-id-reused",
      "expiry",
      "amnesia",
      "learner-made",
      "learner-back",
      "rotten",
      "diverged",
      "header-mismatch",
      "clock-jump",
      "liars",
      "marked-peer",
      "liveness-proved",
      "no-core",
      "ledger-cut",
      "ledger-failed",
      "ledger-ahead",
      "ledger-refused",
  };
  static_assert(std::size(kNames) == static_cast<std::size_t>(Seen::Count));
  return kNames[static_cast<std::size_t>(seen)];
}

}  // namespace tally::sim
