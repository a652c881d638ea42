// Inbound: the only place where bytes from outside become what the owners may believe.
#pragma once

#include <tally/consensus/epoch.h>
#include <tally/consensus/message.h>
#include <tally/consensus/replica.h>
#include <tally/model/submission.h>

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <variant>

namespace tally::node {

/// Which submissions were checked already, by digest, which covers the signature; the oldest
/// leave. Thread-safe: peers' and callers' threads share it, so that each is verified once.
class VerifiedDigests {
 public:
  [[nodiscard]] std::optional<SubmissionFacts> find(const SubmissionDigest& digest) const;
  void add(const VerifiedSubmission& submission);

 private:
  mutable std::mutex mutex_;
  std::map<SubmissionDigest, SubmissionFacts> known_;
  std::deque<SubmissionDigest> oldest_first_;
};

/// What ordering tells those who check what comes in, so that they spare what it would not look at.
/// An old one lets through too much, never too little: heights and views only rise, and what is
/// wanted is published before it is asked for.
struct InboundHint {
  Height stable;
  View view;
  bool changing = false;
  std::set<consensus::Hash> wanted;  ///< bodies that peers were asked for
  std::set<NodeIndex> asked;         ///< who was asked for certified blocks
  std::uint64_t nonce = 0;           ///< of the question that an Answer would answer; 0: none
};

/// What a frame holds: checked; or a reason to complain of a primary, not of who brought it.
using Checked =
    std::variant<consensus::VerifiedMessage, consensus::Refused, consensus::RefusedNewView>;

/// The static checks of proposals that were made, by height and digest: a second look costs no
/// check, and a primary that proposes again and again for one height makes nobody check again.
/// Thread-safe.
class CheckedProposals {
 public:
  /// Drops what lies at or below `stable`.
  void forget_up_to(Height stable);
  struct Verdict {
    std::optional<Error> fault;
  };
  [[nodiscard]] std::optional<Verdict> find(Height height, const consensus::Hash& digest) const;
  Verdict add(Height height, const consensus::Hash& digest, const Result<void>& checked);
  /// Whether `digest` is the first that the primary of `view` proposes for `height`.
  [[nodiscard]] bool is_first(Height height, View view, const consensus::Hash& digest);

 private:
  struct OfHeight {
    std::map<consensus::Hash, Verdict> verdicts;
    std::map<View, consensus::Hash> first;
  };
  mutable std::mutex mutex_;
  std::map<Height, OfHeight> heights_;
};

/// New-views that their primaries signed and that do not hold, by view and digest, so that one that
/// comes again costs no check. Another one of that view is another one: it may be good.
/// Thread-safe.
class BadNewViews {
 public:
  [[nodiscard]] bool has(View view, const consensus::Hash& digest) const;
  void add(View view, const consensus::Hash& digest);
  /// Drops those below `view`.
  void forget_below(View view);

 private:
  mutable std::mutex mutex_;
  std::map<View, consensus::Hash> newest_;
};

/// Decoding, limits and signatures, on the caller's thread. Thread-safe.
class Inbound {
 public:
  explicit Inbound(consensus::Epoch epoch) : epoch_(std::move(epoch)) {}

  /// As verify_submission, but no signature is checked twice; OutOfLimits also for one that no
  /// proposal of this epoch can hold.
  [[nodiscard]] Result<VerifiedSubmission> submission(ByteView bytes);
  /// A peer's frame, with every signature in it checked, and a proposal's payload too. A
  /// pre-prepare whose payload breaks a rule, and a new-view that does not hold, are Refused ones
  /// if their primary signed them. Of a pre-prepare that nobody would look at, because it is its
  /// primary's second for the height or of another view than this node's or the next, the vote
  /// alone is left; who needs the body later fetches it.
  /// nullopt: not worth a check: settled, outside of the window, or not asked for.
  /// Malformed, OutOfLimits or BadSignature: a mark against who brought it.
  [[nodiscard]] Result<std::optional<Checked>> message(ByteView frame, NodeIndex from,
                                                       const InboundHint& hint);

 private:
  [[nodiscard]] Result<std::optional<Checked>> pre_prepare(consensus::Message message,
                                                           NodeIndex from, const InboundHint& hint);
  [[nodiscard]] Result<std::optional<Checked>> body(consensus::Message message, NodeIndex from,
                                                    const InboundHint& hint);
  [[nodiscard]] Result<std::optional<Checked>> new_view(consensus::Message message, ByteView frame,
                                                        NodeIndex from, const InboundHint& hint);
  /// The static check of a proposal (design/consensus.md §2): within limits, no submission twice,
  /// none wholly past its validity, each signature good.
  [[nodiscard]] Result<void> check_payload(const consensus::Proposal& proposal);

  consensus::Epoch epoch_;
  VerifiedDigests verified_;
  CheckedProposals proposals_;
  BadNewViews bad_new_views_;
};

}  // namespace tally::node
