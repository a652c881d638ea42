// HaltEvidence: what a node knows of a contradiction, and where it leaves its proofs.
#pragma once

#include <tally/node/halt.h>
#include <tally/node/node_loop.h>
#include <tally/storage/store.h>

#include <optional>
#include <string>

namespace tally::node {

/// `message`: the peer's that brought it, or empty. `stable`: the highest certified block known.
[[nodiscard]] Halt evidence_of(std::string reason, Bytes message,
                               const std::optional<consensus::CertifiedHeader>& stable,
                               const storage::Snapshot& ledger);

/// Where a node's halt leaves its proofs.
struct HaltPlace {
  std::string folder;  ///< empty: nowhere
  HaltContext context;
};
[[nodiscard]] HaltPlace halt_place_of(const NodeParts& parts);

/// Writes bundle and marker, and logs where; a failure is logged too, and the node stops anyway.
void leave_behind(storage::FileSystem& files, HaltPlace place, const Halt& halt, Timestamp now);

}  // namespace tally::node
