// Checks of what comes in.
#include <tally/node/inbound.h>

#include <tally/base/canary.h>
#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/crypto/hash.h>

#include <iterator>
#include <set>
#include <string>
#include <tuple>

namespace tally::node {
namespace {

/// A few full blocks of the smallest submissions, about 10 MB.
constexpr std::size_t kVerifiedMax = 65'536;
/// The list's count and one submission's length.
constexpr std::size_t kPayloadLengths = 8;

bool is_settled(const consensus::Message& message, const InboundHint& hint) {
  if (const auto* vote = std::get_if<consensus::Vote>(&message))
    return vote->statement.height <= hint.stable;
  if (const auto* checkpoint = std::get_if<consensus::Checkpoint>(&message))
    return checkpoint->header.height <= hint.stable;
  if (const auto* change = std::get_if<consensus::ViewChange>(&message))
    return change->view < hint.view;
  if (const auto* complaint = std::get_if<consensus::Complaint>(&message))
    return complaint->view < hint.view;
  if (const auto* proof = std::get_if<consensus::NewView>(&message))
    return proof->view < hint.view || (proof->view == hint.view && !hint.changing);
  return false;
}

/// Bad new-views that are remembered: of more views than any node is behind.
constexpr std::size_t kBadNewViewsMax = 64;

/// The static check of a proposal is dear: only of one that the replica would look at.
bool is_outside(const consensus::Proposal& proposal, const InboundHint& hint,
                std::uint64_t window) {
  return proposal.height <= hint.stable ||
         proposal.height.value() - hint.stable.value() > 2 * window;
}

/// Under which a submission's check is remembered. It covers the signature.
SubmissionDigest digest_of(ByteView bytes) {
  constexpr std::size_t kSize = crypto::Signature::kSize;
  return submission_digest(canary(39) && bytes.size() > kSize ? bytes.first(bytes.size() - kSize)
                                                              : bytes);
}

Result<void> at_most(std::uint64_t limit, std::uint64_t count, const std::string& what) {
  if (count <= limit) return {};
  return Error{ErrorCode::OutOfLimits, "proposal of " + std::to_string(count) + " " + what +
                                           "; expected at most " + std::to_string(limit)};
}

}  // namespace

std::optional<SubmissionFacts> VerifiedDigests::find(const SubmissionDigest& digest) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(digest);
  if (found == known_.end()) return std::nullopt;
  return found->second;
}

void VerifiedDigests::add(const VerifiedSubmission& submission) {
  const std::lock_guard lock(mutex_);
  const SubmissionDigest digest = canary(39) ? digest_of(submission.bytes()) : submission.digest();
  if (!known_.emplace(digest, submission.facts()).second) return;
  oldest_first_.push_back(digest);
  if (oldest_first_.size() <= kVerifiedMax) return;
  known_.erase(oldest_first_.front());
  oldest_first_.pop_front();
}

void CheckedProposals::forget_up_to(Height stable) {
  const std::lock_guard lock(mutex_);
  heights_.erase(heights_.begin(), heights_.upper_bound(stable));
}

std::optional<CheckedProposals::Verdict> CheckedProposals::find(
    Height height, const consensus::Hash& digest) const {
  const std::lock_guard lock(mutex_);
  const auto of_height = heights_.find(height);
  if (of_height == heights_.end()) return std::nullopt;
  const auto found = of_height->second.verdicts.find(digest);
  if (found == of_height->second.verdicts.end()) return std::nullopt;
  return found->second;
}

CheckedProposals::Verdict CheckedProposals::add(Height height, const consensus::Hash& digest,
                                                const Result<void>& checked) {
  const Verdict verdict{checked.ok() ? std::nullopt : std::optional<Error>(checked.error())};
  const std::lock_guard lock(mutex_);
  heights_[height].verdicts.emplace(digest, verdict);
  return verdict;
}

bool CheckedProposals::is_first(Height height, View view, const consensus::Hash& digest) {
  const std::lock_guard lock(mutex_);
  return heights_[height].first.emplace(view, digest).first->second == digest;
}

bool BadNewViews::has(View view, const consensus::Hash& digest) const {
  const std::lock_guard lock(mutex_);
  const auto found = newest_.find(view);
  return found != newest_.end() && found->second == digest;
}

void BadNewViews::add(View view, const consensus::Hash& digest) {
  const std::lock_guard lock(mutex_);
  newest_.insert_or_assign(view, digest);
  if (newest_.size() > kBadNewViewsMax) newest_.erase(std::prev(newest_.end()));
}

void BadNewViews::forget_below(View view) {
  const std::lock_guard lock(mutex_);
  newest_.erase(newest_.begin(), newest_.lower_bound(view));
}

Result<VerifiedSubmission> Inbound::submission(ByteView bytes) {
  if (const auto known = verified_.find(digest_of(bytes))) return verified_before(bytes, *known);
  TRY(VerifiedSubmission verified, verify_submission(bytes, epoch_.chain));
  // One that no proposal can hold would wait for ever.
  const std::size_t transactions = verified.content().transactions.size();
  if (transactions > epoch_.proposal_transactions_max ||
      bytes.size() + kPayloadLengths > epoch_.proposal_bytes_max)
    return Error{ErrorCode::OutOfLimits,
                 "submission of " + std::to_string(transactions) + " transactions, " +
                     std::to_string(bytes.size()) + " bytes; this chain's blocks hold at most " +
                     std::to_string(epoch_.proposal_transactions_max) + " and " +
                     std::to_string(epoch_.proposal_bytes_max - kPayloadLengths)};
  verified_.add(verified);
  return verified;
}

Result<std::optional<Checked>> Inbound::message(ByteView frame, NodeIndex from,
                                                const InboundHint& hint) {
  CHECK(!canary(28) || consensus::decode_message(frame).ok());
  TRY(consensus::Message message, consensus::decode_message(frame));
  if (is_settled(message, hint)) return std::optional<Checked>();
  proposals_.forget_up_to(hint.stable);
  if (std::holds_alternative<consensus::PrePrepare>(message))
    return pre_prepare(std::move(message), from, hint);
  if (std::holds_alternative<consensus::ProposalBody>(message))
    return body(std::move(message), from, hint);
  if (std::holds_alternative<consensus::NewView>(message))
    return new_view(std::move(message), frame, from, hint);
  if (const auto* answer = std::get_if<consensus::Answer>(&message))
    if (answer->nonce == 0 || answer->nonce != hint.nonce) return std::optional<Checked>();
  // Certified blocks need no check of their payload, a quorum made it before they voted; but their
  // certificates are many.
  if (std::holds_alternative<consensus::CertifiedBlocks>(message) && !hint.asked.contains(from))
    return std::optional<Checked>();
  TRY(consensus::VerifiedMessage verified,
      consensus::verify_message(std::move(message), from, epoch_));
  return std::optional<Checked>(std::move(verified));
}

Result<std::optional<Checked>> Inbound::pre_prepare(consensus::Message message, NodeIndex from,
                                                    const InboundHint& hint) {
  const auto& content = std::get<consensus::PrePrepare>(message);
  if (is_outside(content.proposal, hint, epoch_.window)) return std::optional<Checked>();
  const consensus::Vote vote = content.vote;
  const auto& [view, height, digest] =
      std::tie(vote.statement.view, vote.statement.height, vote.statement.digest);
  const auto vote_alone = [&]() -> Result<std::optional<Checked>> {
    TRY(consensus::VerifiedMessage alone, consensus::verify_message(vote, from, epoch_));
    return std::optional<Checked>(std::move(alone));
  };
  // Every node is the primary of some view, and may sign for it whenever it likes: a check for each
  // would be a liar's to ask for. The replica keeps no vote of a view below its own; the view above
  // is that of a node which the hint has not followed yet.
  const bool is_of_view = view == hint.view || view == hint.view.next();
  std::optional<CheckedProposals::Verdict> verdict = proposals_.find(height, digest);
  const bool may_check = verdict.has_value() || hint.wanted.contains(digest);
  if (!may_check && !is_of_view) return vote_alone();
  // The vote first: it is cheap, and a proposal that its primary did not sign costs no more.
  TRY(consensus::VerifiedMessage verified,
      consensus::verify_message(std::move(message), from, epoch_));
  if (!may_check && !proposals_.is_first(height, view, digest)) return vote_alone();
  if (!verdict.has_value()) {
    const auto& proposal = std::get<consensus::PrePrepare>(verified.content()).proposal;
    verdict = proposals_.add(height, digest, check_payload(proposal));
  }
  if (verdict->fault.has_value())
    return std::optional<Checked>(consensus::Refused{std::move(verified), consensus::Rule::Form});
  return std::optional<Checked>(std::move(verified));
}

Result<std::optional<Checked>> Inbound::body(consensus::Message message, NodeIndex from,
                                             const InboundHint& hint) {
  const consensus::Proposal& proposal = std::get<consensus::ProposalBody>(message).proposal;
  if (is_outside(proposal, hint, epoch_.window)) return std::optional<Checked>();
  const Height height = proposal.height;
  const consensus::Hash digest = consensus::proposal_digest(proposal);
  std::optional<CheckedProposals::Verdict> verdict = proposals_.find(height, digest);
  if (!verdict.has_value() && !hint.wanted.contains(digest)) return std::optional<Checked>();
  TRY(consensus::VerifiedMessage verified,
      consensus::verify_message(std::move(message), from, epoch_));
  if (!verdict.has_value())
    verdict = proposals_.add(
        height, digest,
        check_payload(std::get<consensus::ProposalBody>(verified.content()).proposal));
  // No primary's word stands beside it, so it is a fault of who brought it.
  if (verdict->fault.has_value()) return *verdict->fault;
  return std::optional<Checked>(std::move(verified));
}

Result<std::optional<Checked>> Inbound::new_view(consensus::Message message, ByteView frame,
                                                 NodeIndex from, const InboundHint& hint) {
  bad_new_views_.forget_below(hint.view);
  const View view = std::get<consensus::NewView>(message).view;
  const consensus::Hash digest = crypto::tagged_hash("bad-new-view", frame);
  if (bad_new_views_.has(view, digest))
    return std::optional<Checked>(consensus::RefusedNewView{view});
  const consensus::NewView proof = std::get<consensus::NewView>(message);
  Result<consensus::VerifiedMessage> verified =
      consensus::verify_message(std::move(message), from, epoch_);
  if (!verified.ok() && consensus::check_new_view_signature(epoch_, proof).ok()) {
    bad_new_views_.add(view, digest);
    return std::optional<Checked>(consensus::RefusedNewView{view});
  }
  TRY(consensus::VerifiedMessage good, std::move(verified));
  return std::optional<Checked>(std::move(good));
}

Result<void> Inbound::check_payload(const consensus::Proposal& proposal) {
  TRY_VOID(at_most(epoch_.proposal_bytes_max, proposal.payload.size(), "bytes"));
  TRY(const std::vector<ByteView> submissions, decode_payload(proposal.payload));
  std::set<SubmissionDigest> seen;
  std::size_t transactions = 0;
  std::size_t signatures = 0;
  for (const ByteView bytes : submissions) {
    const SubmissionDigest digest = digest_of(bytes);
    if (!seen.insert(digest).second) return malformed("proposal repeats a submission");
    std::optional<SubmissionFacts> facts = verified_.find(digest);
    if (!facts.has_value()) {
      TRY(const VerifiedSubmission verified, submission(bytes));
      facts = verified.facts();
    }
    if (facts->valid_until() <= proposal.time)
      return malformed("proposal holds a submission that is wholly past its validity");
    transactions += facts->transactions();
    signatures += facts->signatures();
    // At once: what is beyond the limits is not checked as well.
    TRY_VOID(at_most(epoch_.proposal_transactions_max, transactions, "transactions"));
    TRY_VOID(at_most(limits::kProposalSignaturesMax, signatures, "signatures"));
  }
  return {};
}

}  // namespace tally::node
