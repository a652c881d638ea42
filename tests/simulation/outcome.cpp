// Names of the counters, and the list of kinds.
#include "simulation/outcome.h"

#include <utility>

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

namespace {

template <std::size_t... kPlaces>
Kinds kinds_at(std::index_sequence<kPlaces...> /*places*/) {
  return {kind_of(Action(std::variant_alternative_t<kPlaces, Action>()))...};
}

}  // namespace

const Kinds& all_kinds() {
  static const Kinds kinds = kinds_at(std::make_index_sequence<std::variant_size_v<Action>>());
  return kinds;
}

}  // namespace tally::sim
