// Checks of what comes in.
#include <tally/node/inbound.h>

#include <set>
#include <string>

namespace tally::node {
namespace {

/// A few full blocks of the smallest submissions, about 5 MB.
constexpr std::size_t kVerifiedMax = 65'536;
/// The list's count and one submission's length.
constexpr std::size_t kPayloadLengths = 8;

bool is_settled(const consensus::Message& message, Height stable) {
  if (const auto* vote = std::get_if<consensus::Vote>(&message))
    return vote->statement.height <= stable;
  if (const auto* checkpoint = std::get_if<consensus::Checkpoint>(&message))
    return checkpoint->header.height <= stable;
  return false;
}

/// The static check of a proposal is dear: only of one that the replica would look at.
bool is_outside(const consensus::Message& message, Height stable, std::uint64_t window) {
  const consensus::Proposal* proposal = nullptr;
  if (const auto* fresh = std::get_if<consensus::PrePrepare>(&message)) proposal = &fresh->proposal;
  if (const auto* body = std::get_if<consensus::ProposalBody>(&message)) proposal = &body->proposal;
  if (proposal == nullptr) return false;
  return proposal->height <= stable || proposal->height.value() - stable.value() > 2 * window;
}

}  // namespace

std::optional<VerifiedDigests::Facts> VerifiedDigests::find(const SubmissionDigest& digest) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(digest);
  if (found == known_.end()) return std::nullopt;
  return found->second;
}

void VerifiedDigests::add(const VerifiedSubmission& submission) {
  const std::lock_guard lock(mutex_);
  const Facts facts{submission.content().transactions.size(), submission.valid_until()};
  if (!known_.emplace(submission.digest(), facts).second) return;
  oldest_first_.push_back(submission.digest());
  if (oldest_first_.size() <= kVerifiedMax) return;
  known_.erase(oldest_first_.front());
  oldest_first_.pop_front();
}

Result<VerifiedSubmission> Inbound::submission(ByteView bytes) {
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

Result<std::optional<consensus::VerifiedMessage>> Inbound::message(ByteView frame, NodeIndex from,
                                                                   Height stable) {
  TRY(consensus::Message message, consensus::decode_message(frame));
  if (is_settled(message, stable) || is_outside(message, stable, epoch_.window))
    return std::optional<consensus::VerifiedMessage>();
  // Votes first: they are cheap, and a proposal that its primary did not sign costs no more.
  TRY(consensus::VerifiedMessage verified,
      consensus::verify_message(std::move(message), from, epoch_));
  if (const auto* pre_prepare = std::get_if<consensus::PrePrepare>(&verified.content()))
    TRY_VOID(check_payload(pre_prepare->proposal));
  if (const auto* body = std::get_if<consensus::ProposalBody>(&verified.content()))
    TRY_VOID(check_payload(body->proposal));
  // Certified blocks need no such check: a quorum made it before they voted.
  return std::optional<consensus::VerifiedMessage>(std::move(verified));
}

Result<void> Inbound::check_payload(const consensus::Proposal& proposal) {
  if (proposal.payload.size() > epoch_.proposal_bytes_max)
    return Error{ErrorCode::OutOfLimits, "proposal of " + std::to_string(proposal.payload.size()) +
                                             " bytes; expected at most " +
                                             std::to_string(epoch_.proposal_bytes_max)};
  TRY(const std::vector<ByteView> submissions, decode_payload(proposal.payload));
  std::set<SubmissionDigest> seen;
  std::size_t transactions = 0;
  for (const ByteView bytes : submissions) {
    const SubmissionDigest digest = submission_digest(bytes);
    if (!seen.insert(digest).second) return malformed("proposal repeats a submission");
    std::optional<VerifiedDigests::Facts> facts = verified_.find(digest);
    if (!facts.has_value()) {
      TRY(const VerifiedSubmission verified, submission(bytes));
      facts =
          VerifiedDigests::Facts{verified.content().transactions.size(), verified.valid_until()};
    }
    if (facts->valid_until <= proposal.time)
      return malformed("proposal holds a submission that is wholly past its validity");
    transactions += facts->transactions;
  }
  if (transactions > epoch_.proposal_transactions_max)
    return Error{ErrorCode::OutOfLimits, "proposal of " + std::to_string(transactions) +
                                             " transactions; expected at most " +
                                             std::to_string(epoch_.proposal_transactions_max)};
  return {};
}

}  // namespace tally::node
