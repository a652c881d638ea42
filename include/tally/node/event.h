// Event: everything that can happen to a node's ordering thread.
#pragma once

#include <tally/consensus/message.h>
#include <tally/consensus/proposal.h>
#include <tally/consensus/replica.h>
#include <tally/model/receipt.h>
#include <tally/model/submission.h>

#include <cstddef>
#include <variant>
#include <vector>

namespace tally::node {

/// The ledger's answer to a committed proposal: the header that it came to, durably, and the
/// receipts, which are answered once that header is certified.
struct LedgerEffects {
  consensus::Header header;
  std::vector<Receipt> receipts;
  std::vector<SubmissionDigest> submissions;  ///< of the proposal, in order
  bool behind = false;                        ///< ledger time is held back
  bool certified = false;  ///< the header was compared with the one that a quorum certified
};

/// A submission that another node got from a caller, or forwards.
struct SharedByPeer {
  NodeIndex from;
  VerifiedSubmission submission;
};

/// A frame of a peer that did not hold: what that peer was asked for will not come.
struct BadFrame {
  NodeIndex from;
};

/// Time passed, or links came and went.
struct Tick {
  std::size_t connected = 0;  ///< peer links that are up
};

using Event =
    std::variant<VerifiedSubmission, SharedByPeer, consensus::VerifiedMessage, consensus::Refused,
                 consensus::RefusedNewView, BadFrame, LedgerEffects, Tick>;

/// Receipts of one block that is certified: what a submitter may believe.
struct CertifiedReceipts {
  consensus::Header header;
  std::vector<Receipt> receipts;
};

}  // namespace tally::node
