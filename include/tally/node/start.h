// start_owners: from an opened store and vote log to the two machines that a node steps.
#pragma once

#include <tally/node/ledger.h>
#include <tally/node/node_loop.h>
#include <tally/node/ordering.h>

#include <memory>

namespace tally::node {

/// A node's two machines, neither of which has a thread or a clock of its own.
struct Owners {
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<Ordering> ordering;
};

/// Scans the state once to build its root, and reads what may still be replayed. Takes store, vote
/// log, records and consensus key out of `parts`. The node's loop and the simulator both start
/// here, so that a restart in the simulator is a restart. Corrupt: the state is not the newest
/// header's.
[[nodiscard]] Result<Owners> start_owners(NodeParts& parts, consensus::Now now);

}  // namespace tally::node
