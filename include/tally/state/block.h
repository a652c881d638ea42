// Block: a proposal with its results.
#pragma once

#include <tally/consensus/certificate.h>
#include <tally/consensus/proposal.h>
#include <tally/model/receipt.h>
#include <tally/model/submission.h>

#include <vector>

namespace tally::state {

/// FORMAT: stored as header, body and receipts; docs/formats.md §2, §4.
struct Block {
  consensus::Header header;
  consensus::Proposal proposal;
  std::vector<Receipt> receipts;              ///< what fell due first, then the transactions'
  std::vector<SubmissionDigest> submissions;  ///< of the proposal, in order
};

/// Genesis as a header of height 0: the parent of the first block.
[[nodiscard]] consensus::Header genesis_header(const Hash& chain, Timestamp time,
                                               const Hash& state_root, const Hash& validators);

}  // namespace tally::state
