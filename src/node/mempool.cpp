// What waits for a block, and what goes into the next one.
#include "node/mempool.h"

#include <tally/base/limits.h>

#include <algorithm>

namespace tally::node {
namespace {

/// Digests of committed submissions that are remembered: 32 MB of them (design/consensus.md §4).
constexpr std::size_t kCommittedMax = 1'000'000;
constexpr std::size_t kForwardBytesMax = 1 << 20;
/// A list's count, or one submission's length, in a payload.
constexpr std::size_t kLengthBytes = 4;

}  // namespace

Mempool::Mempool(const consensus::Epoch& epoch, Duration memory)
    : proposal_bytes_max_(epoch.proposal_bytes_max),
      proposal_transactions_max_(epoch.proposal_transactions_max),
      memory_(memory),
      share_bytes_(limits::kMempoolBytes / (epoch.validators.size() + 1)) {
  for (const consensus::Validator& validator : epoch.validators)
    merchants_.insert(validator.merchant);
}

Result<void> Mempool::admit(VerifiedSubmission submission, Timestamp now) {
  const SubmissionDigest digest = submission.digest();
  if (by_digest_.contains(digest) || was_committed(digest))
    return Error{ErrorCode::Conflict, "the submission is known already"};
  const MerchantId merchant = submission.content().transactions.front().merchant;
  const MerchantId share = merchants_.contains(merchant) ? merchant : MerchantId();
  const std::size_t size = submission.bytes().size();
  std::size_t& used = bytes_of_[share];
  if (used + size > share_bytes_)
    return Error{ErrorCode::Unavailable, "the merchant's share of the pool is full; try again"};
  used += size;
  bytes_ += size;
  waiting_.push_back(Waiting{std::move(submission), share, now});
  by_digest_.emplace(digest, std::prev(waiting_.end()));
  return {};
}

void Mempool::erase(Place place) {
  const std::size_t size = place->submission.bytes().size();
  bytes_of_[place->share] -= size;
  bytes_ -= size;
  by_digest_.erase(place->submission.digest());
  waiting_.erase(place);
}

void Mempool::remove_committed(const std::vector<SubmissionDigest>& digests,
                               Timestamp header_time) {
  newest_ = std::max(newest_, header_time);
  for (const SubmissionDigest& digest : digests) {
    const auto found = by_digest_.find(digest);
    if (found != by_digest_.end()) erase(found->second);
    committed_.insert_or_assign(digest, header_time);
    committed_order_.emplace_back(header_time, digest);
  }
  while (!committed_order_.empty() && (committed_order_.size() > kCommittedMax ||
                                       !is_remembered(committed_order_.front().first))) {
    const auto [time, digest] = committed_order_.front();
    committed_order_.pop_front();
    const auto known = committed_.find(digest);
    if (known != committed_.end() && known->second == time) committed_.erase(known);
  }
}

bool Mempool::is_remembered(Timestamp header_time) const {
  return newest_.since(header_time) <= memory_;
}

void Mempool::remove_expired(Timestamp ledger_time) {
  for (auto place = waiting_.begin(); place != waiting_.end();) {
    const auto next = std::next(place);
    if (place->submission.valid_until() <= ledger_time) erase(place);
    place = next;
  }
}

bool Mempool::was_committed(const SubmissionDigest& digest) const {
  return committed_.contains(digest);
}

std::optional<Bytes> Mempool::candidate(Timestamp time) {
  std::map<MerchantId, std::deque<const VerifiedSubmission*>> queues;
  for (const Waiting& waiting : waiting_)
    if (waiting.submission.valid_until() > time)
      queues[waiting.share].push_back(&waiting.submission);

  std::vector<ByteView> chosen;
  std::uint64_t bytes = kLengthBytes;
  std::uint64_t transactions = 0;
  auto turn = queues.upper_bound(last_turn_);
  while (!queues.empty()) {
    if (turn == queues.end()) turn = queues.begin();
    const VerifiedSubmission& next = *turn->second.front();
    const std::uint64_t bytes_after = bytes + kLengthBytes + next.bytes().size();
    const std::uint64_t transactions_after = transactions + next.content().transactions.size();
    if (bytes_after > proposal_bytes_max_ || transactions_after > proposal_transactions_max_) {
      turn = queues.erase(turn);  // its next is too large for what is left; the others go on
      continue;
    }
    bytes = bytes_after;
    transactions = transactions_after;
    chosen.push_back(next.bytes());
    last_turn_ = turn->first;
    turn->second.pop_front();
    turn = turn->second.empty() ? queues.erase(turn) : std::next(turn);
  }
  if (chosen.empty()) return std::nullopt;
  return encode_payload(chosen);
}

std::vector<Bytes> Mempool::forward(Timestamp now, Duration patience) {
  std::vector<Bytes> result;
  std::size_t bytes = 0;
  for (Waiting& waiting : waiting_) {
    if (now.since(waiting.forwarded_at) < patience) continue;
    bytes += waiting.submission.bytes().size();
    if (bytes > kForwardBytesMax && !result.empty()) break;
    waiting.forwarded_at = now;
    result.push_back(waiting.submission.bytes());
  }
  return result;
}

}  // namespace tally::node
