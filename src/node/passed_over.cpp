// When a primary passed over what waits here. No rule may hold against a correct primary, whatever
// spam it has to order: it serves merchants in turn, a merchant's origins in turn, and what this
// node asked it for waits there in this node's own queue, in this node's order (mempool.h).
#include <tally/base/canary.h>

#include "node/mempool.h"
#include "node/proposal_size.h"

#include <algorithm>

namespace tally::node {

/// A list's count, or one submission's length, in a payload.
constexpr std::size_t kLengthBytes = 4;
/// The primary's queue for this node may have been full the first time.
constexpr std::size_t kTimesAskedMin = 2;
/// What is asked for in a peer's name stands before own callers' there. The oldest are enough to
/// find a censor, which comes to them at last; spam beyond them does not get through this node.
constexpr std::size_t kAskedForPeerMax = 4;

struct Mempool::BlockContent {
  Timestamp time;
  ProposalSize size;
  std::set<SubmissionDigest> digests;
  /// When each came here, by merchant; never: this node has not seen it.
  std::map<MerchantId, std::vector<Timestamp>> came;
};

/// What the primary keeps for this node has room for all that own callers brought, and a quarter
/// of a share more; so nothing that is asked for is refused there.
bool Mempool::may_ask(const Waiting& waiting, Origin from) const {
  if (waiting.asked.times > 0 || waiting.places.contains(std::nullopt)) return true;
  const Share& share = shares_.at(waiting.merchant);
  if (share.queues.at(from).asked >= kAskedForPeerMax) return false;
  const std::size_t size = waiting.submission.bytes().size();
  if (share.asked_for_peers + size <= share_bytes(waiting.merchant, self_) / 4) return true;
  const auto own = share.queues.find(std::nullopt);
  return share.asked_for_peers == 0 && (own == share.queues.end() || own->second.bytes == 0);
}

void Mempool::ask(Waiting& waiting, Origin from, Timestamp now) {
  Share& share = shares_.at(waiting.merchant);
  Asked& asked = waiting.asked;
  if (asked.times == 0) {
    // Each that this node asked for before it may come first, and at each of their turns one from
    // every other origin.
    ++share.asked;
    asked.first = now;
    asked.credit = share.asked * epoch_.validators.size();
    if (!waiting.places.contains(std::nullopt)) {
      asked.for_peer = from;
      ++share.queues.at(from).asked;
      share.asked_for_peers += waiting.submission.bytes().size();
    }
  }
  ++asked.times;
  asked.last = now;
}

void Mempool::shared(const SubmissionDigest& digest, Timestamp now) {
  const auto found = waiting_.find(digest);
  if (found != waiting_.end()) ask(found->second, std::nullopt, now);
}

void Mempool::forget_asked(Waiting& waiting) {
  Share& share = shares_.at(waiting.merchant);
  if (waiting.asked.times > 0) --share.asked;
  if (const Origin from = waiting.asked.for_peer; from.has_value()) {
    --share.queues.at(from).asked;
    share.asked_for_peers -= waiting.submission.bytes().size();
  }
  if (waiting.asked.passed_over) --passed_over_;
  waiting.asked = Asked();
}

void Mempool::meet_new_primary() {
  while (canary(20) && !waiting_.empty())
    erase(waiting_.begin());
  for (auto& [digest, waiting] : waiting_)
    forget_asked(waiting);
  for (auto& [merchant, share] : shares_)
    share.full_blocks = 0;
}

void Mempool::order(const consensus::Proposal& proposal, std::optional<Timestamp> proposed_at) {
  const BlockContent block = content_of(proposal);
  if (proposed_at.has_value()) judge(block, *proposed_at);
  for (const SubmissionDigest& digest : block.digests) {
    const auto found = waiting_.find(digest);
    if (found == waiting_.end()) continue;
    Waiting& waiting = found->second;
    waiting.ordered = true;
    if (std::exchange(waiting.asked.passed_over, false)) --passed_over_;
  }
}

Mempool::BlockContent Mempool::content_of(const consensus::Proposal& proposal) const {
  BlockContent block;
  block.time = proposal.time;
  block.size.bytes = std::max<std::size_t>(proposal.payload.size(), kLengthBytes);
  const auto submissions = decode_payload(proposal.payload);
  if (!submissions.ok()) return block;
  for (const ByteView bytes : *submissions) {
    const SubmissionDigest digest = submission_digest(bytes);
    block.digests.insert(digest);
    const auto found = waiting_.find(digest);
    if (found != waiting_.end()) {
      const SubmissionFacts& facts = found->second.submission.facts();
      block.size.add({0, facts.transactions(), facts.signatures()});
      block.came[found->second.merchant].push_back(found->second.came);
      continue;
    }
    const Result<Submission> unseen = decode_submission(bytes);
    if (!unseen.ok()) continue;
    block.size.add({0, unseen->transactions.size(), signature_count(*unseen)});
    block.came[share_of(unseen->transactions.front().merchant)].push_back(Timestamp::never());
  }
  return block;
}

void Mempool::judge(const BlockContent& block, Timestamp proposed_at) {
  std::map<MerchantId, std::vector<Waiting*>> ripe;
  for (auto& [digest, waiting] : waiting_)
    if (!waiting.ordered && waiting.asked.times >= kTimesAskedMin &&
        proposed_at.since(waiting.asked.first) >= epoch_.passed_over &&
        waiting.submission.valid_until() > block.time && !block.digests.contains(digest))
      ripe[waiting.merchant].push_back(&waiting);
  for (auto& [merchant, share] : shares_)
    judge_share(merchant, share, block, ripe[merchant]);
}

void Mempool::judge_share(MerchantId merchant, Share& share, const BlockContent& block,
                          const std::vector<Waiting*>& ripe) {
  const std::size_t nodes = epoch_.validators.size();
  const auto of_merchant = block.came.find(merchant);
  const bool holds_some = of_merchant != block.came.end();
  share.full_blocks = holds_some || ripe.empty() ? 0 : share.full_blocks + 1;
  // Besides the n merchants all unknown ones have a turn: n blocks may pass without this one's.
  const bool missed_turns = share.full_blocks > nodes;
  const bool room = !ripe.empty() && had_room(share, block);
  for (Waiting* waiting : ripe) {
    if (room || missed_turns) complain_of(*waiting);
    if (!holds_some) continue;
    const Timestamp later = waiting->asked.first.plus(epoch_.passed_over);
    const auto came_later = static_cast<std::size_t>(std::ranges::count_if(
        of_merchant->second, [later](Timestamp came) { return came >= later; }));
    // Once a block at least this node's queue had its turn, and so one from each other origin.
    const std::size_t counted = std::min(came_later, nodes);
    waiting->asked.credit -= std::min(waiting->asked.credit, counted);
    if (waiting->asked.credit == 0) complain_of(*waiting);
  }
}

/// For whatever the primary may have had to take before: no more is known of its queue than that
/// all in it waits here too.
bool Mempool::had_room(const Share& share, const BlockContent& block) const {
  ProposalSize largest;
  for (const auto& [from, queue] : share.queues)
    for (const auto& [number, place] : queue.waiting) {
      if (place->second.ordered || block.digests.contains(place->first)) continue;
      const VerifiedSubmission& submission = place->second.submission;
      const SubmissionFacts& facts = submission.facts();
      largest.bytes = std::max<std::uint64_t>(largest.bytes, submission.bytes().size());
      largest.transactions = std::max<std::uint64_t>(largest.transactions, facts.transactions());
      largest.signatures = std::max<std::uint64_t>(largest.signatures, facts.signatures());
    }
  ProposalSize filled = block.size;
  filled.add({kLengthBytes, 0, 0});
  filled.add(largest);
  return filled.fits(epoch_);
}

void Mempool::complain_of(Waiting& waiting) {
  if (!std::exchange(waiting.asked.passed_over, true)) ++passed_over_;
}

}  // namespace tally::node
