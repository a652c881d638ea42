// Mempool: checked submissions that wait for a block, on every node.
#pragma once

#include <tally/consensus/epoch.h>
#include <tally/consensus/proposal.h>
#include <tally/model/submission.h>

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace tally::node {

/// Who brought a submission: a peer, or nullopt: an own caller.
using Origin = std::optional<NodeIndex>;

/// By digest; it keeps a submission until it is in a block or past its validity.
///
/// The signer's merchant stands in the state, which the mempool does not see: a submission claims
/// its merchant. What holds is who brought it. So the pool's bytes are split evenly by origin, and
/// within an origin's part by the merchant that is claimed: half of it for the merchant whose node
/// the origin is, the rest evenly for each other one; whoever names a merchant that the consortium
/// has not shares one share more with all others who do. A key has a quarter of a share, but may
/// always have one submission there. So a spammer fills what its own node brings and nothing else,
/// whatever merchant it claims. (Own callers' keys were judged by the front door.) Own callers have
/// three quarters of a share, so that at the primary, in the part of this node, the rest is free
/// for what peers brought here.
///
/// In a candidate merchants take turns; in a merchant's turn its origins do; what one origin
/// brought comes in the order in which it came, so one key's submissions too. A submission that
/// several brought waits in the queue of each and leaves by the first: nobody can hold it back by
/// bringing it as well.
class Mempool {
 public:
  /// Remembers what was committed within `memory`, in header time: the longest validity.
  Mempool(const consensus::Epoch& epoch, NodeIndex self, Duration memory);

  /// Conflict: in a recent block already, or waiting as brought by `from`. Refused: no later block
  /// may hold it, by its validity. Unavailable: the share is full. At most limits::kMempoolBytes
  /// wait, and one submission of an origin beyond it.
  [[nodiscard]] Result<void> admit(VerifiedSubmission submission, Origin from, Timestamp now);
  /// What the block of `header_time` held: leaves the pool, and is not admitted again while it is
  /// remembered. The same on all nodes, however long they run. REQUIRES: header time rises.
  void remove_committed(const std::vector<SubmissionDigest>& digests, Timestamp header_time);
  /// What can have no effect at `time` or later.
  void remove_expired(Timestamp time);
  [[nodiscard]] bool was_committed(const SubmissionDigest& digest) const;

  /// A payload for a proposal of `time` within a proposal's limits. No submission is split, and
  /// none is in it that is past its validity by then: other nodes would refuse the proposal for it.
  /// nullopt: nothing may be proposed.
  [[nodiscard]] std::optional<Bytes> candidate(Timestamp time);

  /// Submissions to ask the primary for again, since it seems to lack them: those that waited
  /// `patience` since they came or were last asked for; own callers' first, then the few oldest of
  /// what each peer brought, in turn; about 256 KiB, and for peers no more than the primary has
  /// room for in what it keeps for this node. Only what is asked for can be passed over.
  [[nodiscard]] std::vector<Bytes> forward(Timestamp now, Duration patience);
  /// An own caller's submission went to all nodes, so to the primary too.
  void shared(const SubmissionDigest& digest, Timestamp now);
  /// Another primary has its own time; what was asked of the last one does not count.
  void meet_new_primary();

  /// `proposal` is committed: what it holds stays till the ledger has it, but waits for no primary.
  /// `proposed_at`, monotonic: when the current primary made it, by which it is judged
  /// (design/consensus.md §4); nullopt: another made it, or long ago.
  void order(const consensus::Proposal& proposal, std::optional<Timestamp> proposed_at);
  /// Whether something waits that the current primary passed over: a cause to complain.
  [[nodiscard]] bool passed_over() const { return passed_over_ > 0; }

  /// Whether something waits that a proposal of `time` may hold.
  [[nodiscard]] bool has_work(Timestamp time) const;
  [[nodiscard]] bool empty() const { return waiting_.empty(); }
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  /// What the current primary was asked for, and for how long.
  struct Asked {
    std::size_t times = 0;
    Timestamp first;
    Timestamp last;
    /// How many later ones of the merchant may still come before it; see passed_over.cpp.
    std::size_t credit = 0;
    bool passed_over = false;
    Origin for_peer;  ///< in whose name; of own callers' nobody's
  };
  struct Waiting {
    VerifiedSubmission submission;
    MerchantId merchant;  ///< that it claims; 0 for one that nobody knows
    Timestamp came;       ///< monotonic
    std::map<Origin, std::uint64_t> places;
    Asked asked;
    bool ordered = false;
    std::uint64_t picked = 0;  ///< in which round of picking, last
  };
  using Place = std::map<SubmissionDigest, Waiting>::iterator;
  /// Of one origin, for one merchant.
  struct Queue {
    std::map<std::uint64_t, Place> waiting;  ///< oldest first
    std::size_t bytes = 0;
    std::map<crypto::PublicKey, std::size_t> bytes_of_key;
    std::size_t asked = 0;  ///< of a peer's: for how many the primary was asked in its name
  };
  /// Of one merchant.
  struct Share {
    std::map<Origin, Queue> queues;
    Origin next_turn;                 ///< whose queue opens the merchant's next turn
    std::size_t asked = 0;            ///< of those that wait, how many the primary was asked for
    std::size_t asked_for_peers = 0;  ///< bytes of those that a peer brought
    std::size_t full_blocks = 0;      ///< in a row, without one of the merchant's
  };
  using QueueName = std::pair<MerchantId, Origin>;
  class Turns;
  struct BlockContent;

  [[nodiscard]] MerchantId share_of(MerchantId claimed) const;
  [[nodiscard]] std::size_t share_bytes(MerchantId merchant, Origin from) const;
  [[nodiscard]] bool has_room(const Queue& queue, std::size_t share, Origin from,
                              const VerifiedSubmission& submission) const;
  void erase(Place place);
  [[nodiscard]] bool is_remembered(Timestamp header_time) const;
  [[nodiscard]] bool may_ask(const Waiting& waiting, Origin from) const;
  void ask(Waiting& waiting, Origin from, Timestamp now);
  void forget_asked(Waiting& waiting);
  [[nodiscard]] BlockContent content_of(const consensus::Proposal& proposal) const;
  void judge(const BlockContent& block, Timestamp proposed_at);
  void judge_share(MerchantId merchant, Share& share, const BlockContent& block,
                   const std::vector<Waiting*>& ripe);
  [[nodiscard]] bool had_room(const Share& share, const BlockContent& block) const;
  void complain_of(Waiting& waiting);

  consensus::Epoch epoch_;
  NodeIndex self_;
  Duration memory_;
  std::set<MerchantId> merchants_;
  std::map<SubmissionDigest, Waiting> waiting_;
  std::map<MerchantId, Share> shares_;
  std::size_t bytes_ = 0;
  std::uint64_t next_place_ = 0;
  std::set<Origin> oversized_;  ///< who brought one larger than its share, that waits
  std::uint64_t rounds_ = 0;    ///< of picking
  MerchantId next_turn_;        ///< whose turn opens the next block
  QueueName next_forward_;      ///< whose queue opens the next forwarding
  std::size_t passed_over_ = 0;
  std::map<SubmissionDigest, Timestamp> committed_;  ///< header time of the last block with it
  std::deque<std::pair<Timestamp, SubmissionDigest>> committed_order_;
  Timestamp newest_;  ///< header time of the newest block
};

}  // namespace tally::node
