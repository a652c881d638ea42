// Inbound: the only place where bytes from outside become what the owners may believe.
#pragma once

#include <tally/consensus/epoch.h>
#include <tally/consensus/message.h>
#include <tally/model/submission.h>

#include <deque>
#include <map>
#include <mutex>
#include <optional>

namespace tally::node {

/// Which submissions were checked already, by digest, which covers the signature; the oldest
/// leave. Thread-safe: peers' and callers' threads share it, so that each is verified once.
class VerifiedDigests {
 public:
  struct Facts {
    std::size_t transactions = 0;
    Timestamp valid_until;
  };
  [[nodiscard]] std::optional<Facts> find(const SubmissionDigest& digest) const;
  void add(const VerifiedSubmission& submission);

 private:
  mutable std::mutex mutex_;
  std::map<SubmissionDigest, Facts> known_;
  std::deque<SubmissionDigest> oldest_first_;
};

/// Decoding, limits and signatures, on the caller's thread. Thread-safe.
class Inbound {
 public:
  explicit Inbound(consensus::Epoch epoch) : epoch_(std::move(epoch)) {}

  /// As verify_submission; OutOfLimits also for one that no proposal of this epoch can hold.
  [[nodiscard]] Result<VerifiedSubmission> submission(ByteView bytes);
  /// A peer's frame, with every signature in it checked, and a proposal's payload too. nullopt: a
  /// vote at or below `stable`, or a proposal outside of the window above it: not worth a check.
  /// Malformed, OutOfLimits or BadSignature: a mark against who brought it.
  [[nodiscard]] Result<std::optional<consensus::VerifiedMessage>> message(ByteView frame,
                                                                          NodeIndex from,
                                                                          Height stable);

 private:
  /// The static check of a proposal (design/consensus.md §2): within limits, no submission twice,
  /// none wholly past its validity, each signature good.
  [[nodiscard]] Result<void> check_payload(const consensus::Proposal& proposal);

  consensus::Epoch epoch_;
  VerifiedDigests verified_;
};

}  // namespace tally::node
