// A block's header: the roots over what went in, what came out, and what it left.
#pragma once

#include <tally/consensus/proposal.h>
#include <tally/state/state_root.h>

#include "execution/block_execution.h"

#include <span>

namespace tally::execution {

/// Writes the block's leaf into the log of receipts, then hashes the state.
struct SealedHeader {
  consensus::Header header;
  state::RootUpdate root;
};
[[nodiscard]] Result<SealedHeader> seal_header(BlockExecution& block,
                                               const consensus::Proposal& proposal,
                                               const consensus::Header& parent,
                                               std::span<const Hash> transaction_leaves,
                                               const state::StateRoot& root);

}  // namespace tally::execution
