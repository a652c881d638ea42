// Mempool: checked submissions that wait for a block, on every node.
#pragma once

#include <tally/consensus/epoch.h>
#include <tally/model/submission.h>

#include <deque>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace tally::node {

/// By digest; it keeps a submission until it is in a block or past its validity. Each merchant
/// has an equal share of the bytes, and a turn of its own in a candidate; whoever names a merchant
/// that the consortium has not shares one more with all others who do.
class Mempool {
 public:
  /// Remembers what was committed within `memory`, in header time: the longest validity.
  Mempool(const consensus::Epoch& epoch, Duration memory);

  /// Conflict: here or in a recent block already. Unavailable: the merchant's share is full.
  [[nodiscard]] Result<void> admit(VerifiedSubmission submission, Timestamp now);
  /// What the block of `header_time` held: leaves the pool, and is not admitted again while it is
  /// remembered. The same on all nodes, however long they run. REQUIRES: header time rises.
  void remove_committed(const std::vector<SubmissionDigest>& digests, Timestamp header_time);
  void remove_expired(Timestamp ledger_time);
  [[nodiscard]] bool was_committed(const SubmissionDigest& digest) const;

  /// A payload for a proposal of `time` within the epoch's sizes: merchants in turn, oldest first.
  /// No submission is split, and none is in it that is past its validity by then: other nodes
  /// would refuse the proposal for it. nullopt: nothing may be proposed.
  [[nodiscard]] std::optional<Bytes> candidate(Timestamp time);

  /// Submissions to send to the primary again, since it seems to lack them: those that waited
  /// `patience` since they came or were last forwarded, oldest first, about a megabyte of them.
  [[nodiscard]] std::vector<Bytes> forward(Timestamp now, Duration patience);

  [[nodiscard]] bool empty() const { return waiting_.empty(); }
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct Waiting {
    VerifiedSubmission submission;
    MerchantId share;        ///< whose; 0 for a merchant that nobody knows
    Timestamp forwarded_at;  ///< monotonic; when it came, at first
  };
  using Place = std::list<Waiting>::iterator;
  void erase(Place place);
  [[nodiscard]] bool is_remembered(Timestamp header_time) const;

  std::uint64_t proposal_bytes_max_;
  std::uint64_t proposal_transactions_max_;
  Duration memory_;
  std::set<MerchantId> merchants_;
  std::size_t share_bytes_;
  std::list<Waiting> waiting_;  ///< oldest first
  std::map<SubmissionDigest, Place> by_digest_;
  std::map<MerchantId, std::size_t> bytes_of_;
  std::size_t bytes_ = 0;
  MerchantId last_turn_;
  std::map<SubmissionDigest, Timestamp> committed_;  ///< header time of the last block with it
  std::deque<std::pair<Timestamp, SubmissionDigest>> committed_order_;
  Timestamp newest_;  ///< header time of the newest block
};

}  // namespace tally::node
