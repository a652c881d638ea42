// Messages between nodes, and the proof that one was checked.
#pragma once

#include <tally/consensus/certificate.h>
#include <tally/consensus/epoch.h>
#include <tally/consensus/proposal.h>
#include <tally/consensus/view_change.h>

#include <optional>
#include <variant>
#include <vector>

namespace tally::consensus {

/// The primary's prepare, with the proposal beside it.
struct PrePrepare {
  Vote vote;
  Proposal proposal;
};

/// An executed header and a vote on it.
struct Checkpoint {
  Header header;
  NodeIndex signer;
  crypto::Signature signature;
};

/// What a peer has at one open height, so that others may send what it lacks.
struct SlotStatus {
  Height height;
  bool has_body = false;
  bool is_committed = false;   ///< has a commit certificate, whatever votes it holds
  std::uint16_t prepares = 0;  ///< bit i: has node i's vote
  std::uint16_t commits = 0;
  std::uint16_t checkpoints = 0;
};

/// Where a node stands. Unsigned: a hint, on which nothing but retransmission rests.
struct Status {
  EpochNumber epoch;
  View view;
  bool changing = false;
  Height stable;
  Height executed;
  std::vector<SlotStatus> slots;   ///< at most 2 · window, ascending
  std::uint16_t view_changes = 0;  ///< bit i: has node i's for `view`, while changing
  std::uint16_t complaints = 0;    ///< bit i: has node i's against `view`
  std::uint64_t nonce = 0;         ///< not 0: asks for an Answer that echoes it
};

/// What a node that starts must know before its first vote: the stable block of a peer, and the
/// newest that the peer holds under the asker's key. Unsigned; it comes over the peer's own link.
struct Answer {
  std::uint64_t nonce = 0;
  std::optional<CertifiedHeader> stable;  ///< none: at genesis
  std::vector<Vote> votes;
  std::vector<Checkpoint> checkpoints;
  std::optional<ViewChange> view_change;
};

struct FetchProposal {
  Height height;
  Hash digest;
};

/// The answer: a body, judged by its digest.
struct ProposalBody {
  Proposal proposal;
};

/// Asks for the certified blocks of [first, last].
struct FetchBlocks {
  Height first;
  Height last;
};

struct CertifiedBlock {
  Proposal proposal;
  Header header;
  Certificate certificate;
};

/// The answer: as many of them from `first` on as one answer may hold.
struct CertifiedBlocks {
  std::vector<CertifiedBlock> blocks;
};

/// A submission's bytes, shared among the nodes; judged by its own signature.
struct SharedSubmission {
  Bytes bytes;
};

using Message = std::variant<PrePrepare, Vote, Checkpoint, ViewChange, NewView, Complaint, Status,
                             CertifiedHeader, Certificate, FetchProposal, ProposalBody, FetchBlocks,
                             CertifiedBlocks, SharedSubmission, Answer>;

/// FORMAT: wire; docs/formats.md. A type byte, then the message's fields.
[[nodiscard]] Bytes encode_message(const Message& message);
[[nodiscard]] Result<Message> decode_message(ByteView bytes);

/// A message whose every signature, nested ones too, was checked. Only verify_message makes one.
class VerifiedMessage {
 public:
  [[nodiscard]] NodeIndex from() const { return from_; }  ///< who brought it, not who signed it
  [[nodiscard]] const Message& content() const { return content_; }
  [[nodiscard]] Message take() && { return std::move(content_); }

 private:
  friend Result<VerifiedMessage> verify_message(Message, NodeIndex, const Epoch&);
  VerifiedMessage(NodeIndex from, Message content) : from_(from), content_(std::move(content)) {}
  NodeIndex from_;
  Message content_;
};

/// Checks signatures, certificates, and that what stands together belongs together (a pre-prepare
/// and its proposal, a header and its certificate). What a proposal's payload holds is the
/// caller's to check, since it is opaque here. Malformed or BadSignature.
[[nodiscard]] Result<VerifiedMessage> verify_message(Message message, NodeIndex from,
                                                     const Epoch& epoch);

}  // namespace tally::consensus
