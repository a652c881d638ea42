// Mempool: checked submissions that wait for a block, on every node.
#pragma once

#include <tally/model/submission.h>

#include <deque>
#include <list>
#include <map>
#include <set>
#include <vector>

namespace tally::node {

/// By digest; it keeps a submission until it is in a block or past its validity. Each merchant
/// has an equal share of the bytes, and a turn of its own in a candidate.
class Mempool {
 public:
  explicit Mempool(std::size_t merchants);

  /// Conflict: here or in a recent block already. Unavailable: the merchant's share is full.
  [[nodiscard]] Result<void> admit(VerifiedSubmission submission, Timestamp now);
  /// What a block held: leaves the pool, and is not admitted again.
  void remove_committed(const std::vector<SubmissionDigest>& digests);
  void remove_expired(Timestamp ledger_time);
  [[nodiscard]] bool was_committed(const SubmissionDigest& digest) const;

  /// A payload of at most these sizes: merchants in turn, oldest first; no submission is split.
  [[nodiscard]] Bytes candidate(std::uint64_t bytes_max, std::uint64_t transactions_max);

  /// Submissions to send to the primary again, since it seems to lack them: those that waited
  /// `patience` since they came or were last forwarded, oldest first, about a megabyte of them.
  [[nodiscard]] std::vector<Bytes> forward(Timestamp now, Duration patience);

  [[nodiscard]] bool empty() const { return waiting_.empty(); }
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct Waiting {
    VerifiedSubmission submission;
    MerchantId merchant;
    Timestamp forwarded_at;  ///< monotonic; when it came, at first
  };
  using Place = std::list<Waiting>::iterator;
  void erase(Place place);

  std::size_t share_bytes_;
  std::list<Waiting> waiting_;  ///< oldest first
  std::map<SubmissionDigest, Place> by_digest_;
  std::map<MerchantId, std::size_t> bytes_of_;
  std::size_t bytes_ = 0;
  MerchantId last_turn_;
  std::set<SubmissionDigest> committed_;
  std::deque<SubmissionDigest> committed_order_;
};

}  // namespace tally::node
