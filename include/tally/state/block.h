// Block: a proposal with its results.
#pragma once

#include <tally/consensus/certificate.h>
#include <tally/consensus/proposal.h>
#include <tally/model/receipt.h>
#include <tally/model/submission.h>

#include <vector>

namespace tally::state {

/// Where the bytes of a transaction stand in its block's payload; size 0: nowhere.
struct PayloadPlace {
  std::uint32_t start = 0;
  std::uint32_t size = 0;
  friend bool operator==(const PayloadPlace&, const PayloadPlace&) = default;
};

/// FORMAT: stored as header, body and receipts; docs/formats.md §2, §4.
struct Block {
  consensus::Header header;
  consensus::Proposal proposal;
  std::vector<Receipt> receipts;                ///< what fell due first, then the transactions'
  std::vector<SubmissionDigest> submissions;    ///< of the proposal, in order
  std::vector<PayloadPlace> transactions = {};  ///< of each receipt; of what fell due: nowhere
};

/// The transaction that stands there. Malformed: there is none.
[[nodiscard]] Result<Transaction> transaction_at(ByteView payload, PayloadPlace place);

/// Genesis as a header of height 0: the parent of the first block.
[[nodiscard]] consensus::Header genesis_header(const Hash& chain, Timestamp time,
                                               const Hash& state_root, const Hash& validators);

}  // namespace tally::state
