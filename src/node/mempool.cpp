// What waits for a block, and what goes into the next one.
#include "node/mempool.h"

#include "node/proposal_size.h"

#include <tally/base/check.h>
#include <tally/base/limits.h>

#include <algorithm>

namespace tally::node {
namespace {

/// Digests of committed submissions that are remembered: 32 MB of them (design/consensus.md §4).
constexpr std::size_t kCommittedMax = 1'000'000;
/// A few times what waits in good times; and of the smallest submissions fewer than a peer's queue
/// of events holds.
constexpr std::size_t kForwardBytesMax = 256 << 10;
/// A list's count, or one submission's length, in a payload.
constexpr std::size_t kLengthBytes = 4;

std::size_t size_of(const VerifiedSubmission& submission) {
  return submission.bytes().size();
}

/// The key after `key` in `map`, or its first one. REQUIRES: it is not empty.
template <typename Map>
typename Map::key_type after(const Map& map, const typename Map::key_type& key) {
  const auto next = map.upper_bound(key);
  return next == map.end() ? map.begin()->first : next->first;
}

/// A payload in the making.
class Payload {
 public:
  explicit Payload(const consensus::Epoch& epoch) : epoch_(epoch) {}
  /// False: it does not fit any more.
  bool add(const VerifiedSubmission& submission) {
    ProposalSize size = size_;
    size.add({kLengthBytes + size_of(submission), submission.facts().transactions(),
              submission.facts().signatures()});
    if (!size.fits(epoch_)) return false;
    size_ = size;
    chosen_.push_back(submission.bytes());
    return true;
  }
  [[nodiscard]] std::optional<Bytes> encoded() const {
    if (chosen_.empty()) return std::nullopt;
    return encode_payload(chosen_);
  }

 private:
  const consensus::Epoch& epoch_;
  std::vector<ByteView> chosen_;
  ProposalSize size_{kLengthBytes, 0, 0};
};

}  // namespace

Mempool::Mempool(const consensus::Epoch& epoch, NodeIndex self, Duration memory)
    : epoch_(epoch), self_(self), memory_(memory) {
  for (const consensus::Validator& validator : epoch_.validators)
    merchants_.insert(validator.merchant);
}

MerchantId Mempool::share_of(MerchantId claimed) const {
  return merchants_.contains(claimed) ? claimed : MerchantId();
}

std::size_t Mempool::share_bytes(MerchantId merchant, Origin from) const {
  const std::size_t nodes = epoch_.validators.size();
  const std::size_t half = limits::kMempoolBytes / nodes / 2;
  const consensus::Validator* node = epoch_.find(from.value_or(self_));
  // The other half: for each other merchant, and for all that nobody knows.
  const std::size_t share = node != nullptr && node->merchant == merchant ? half : half / nodes;
  return from.has_value() ? share : share / 4 * 3;
}

bool Mempool::has_room(const Queue& queue, std::size_t share, Origin from,
                       const VerifiedSubmission& submission) const {
  const std::size_t size = size_of(submission);
  if (size > share) return queue.bytes == 0 && !oversized_.contains(from);
  if (queue.bytes + size > share) return false;
  const auto of_key = queue.bytes_of_key.find(submission.content().key);
  return of_key == queue.bytes_of_key.end() || of_key->second + size <= share / 4;
}

Result<void> Mempool::admit(VerifiedSubmission submission, Origin from, Timestamp now) {
  const SubmissionDigest digest = submission.digest();
  const auto known = waiting_.find(digest);
  if (was_committed(digest) ||
      (known != waiting_.end() && (known->second.ordered || known->second.places.contains(from))))
    return Error{ErrorCode::Conflict, "the submission is known already"};
  if (submission.valid_until() <= newest_)
    return Error{ErrorCode::Refused, "the submission's validity has passed"};
  const MerchantId merchant = share_of(submission.content().transactions.front().merchant);
  const std::size_t share = share_bytes(merchant, from);
  Queue& queue = shares_[merchant].queues[from];
  if (!has_room(queue, share, from, submission))
    return Error{ErrorCode::Unavailable, "the merchant's share of the pool is full; try again"};

  const std::size_t size = size_of(submission);
  if (size > share) oversized_.insert(from);
  queue.bytes += size;
  queue.bytes_of_key[submission.content().key] += size;
  Place place = known;
  if (known == waiting_.end()) {
    bytes_ += size;
    place = waiting_.emplace(digest, Waiting{std::move(submission), merchant, now, {}, {}}).first;
  }
  place->second.places.emplace(from, next_place_);
  queue.waiting.emplace(next_place_, place);
  ++next_place_;
  return {};
}

void Mempool::erase(Place place) {
  const Waiting& waiting = place->second;
  const std::size_t size = size_of(waiting.submission);
  Share& share = shares_.at(waiting.merchant);
  for (const auto& [from, number] : waiting.places) {
    Queue& queue = share.queues.at(from);
    queue.waiting.erase(number);
    queue.bytes -= size;
    const auto of_key = queue.bytes_of_key.find(waiting.submission.content().key);
    CHECK(of_key != queue.bytes_of_key.end());
    of_key->second -= size;
    if (of_key->second == 0) queue.bytes_of_key.erase(of_key);
    if (size > share_bytes(waiting.merchant, from)) oversized_.erase(from);
  }
  bytes_ -= size;
  forget_asked(place->second);
  waiting_.erase(place);
}

void Mempool::remove_committed(const std::vector<SubmissionDigest>& digests,
                               Timestamp header_time) {
  newest_ = std::max(newest_, header_time);
  for (const SubmissionDigest& digest : digests) {
    const auto found = waiting_.find(digest);
    if (found != waiting_.end()) erase(found);
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

void Mempool::remove_expired(Timestamp time) {
  for (auto place = waiting_.begin(); place != waiting_.end();) {
    const auto next = std::next(place);
    if (place->second.submission.valid_until() <= time) erase(place);
    place = next;
  }
}

bool Mempool::has_work(Timestamp time) const {
  return std::ranges::any_of(
      waiting_, [time](const auto& entry) { return entry.second.submission.valid_until() > time; });
}

bool Mempool::was_committed(const SubmissionDigest& digest) const {
  return committed_.contains(digest);
}

/// Queues that give one submission after the other, in turn; each queue in its order.
class Mempool::Turns {
 public:
  /// REQUIRES: names ascend
  void add(QueueName name, const Queue& queue) {
    if (!queue.waiting.empty())
      cursors_.push_back(Cursor{name, queue.waiting.begin(), queue.waiting.end()});
  }
  /// The first turn is that of `name` or of what comes after it.
  void begin_at(QueueName name) {
    const auto first = std::ranges::find_if(
        cursors_, [name](const Cursor& cursor) { return cursor.name >= name; });
    std::ranges::rotate(cursors_, first);
  }

  /// The next that `may_leave`; nullptr: no queue has one.
  template <typename MayLeave>
  [[nodiscard]] Waiting* next(const MayLeave& may_leave) {
    while (!cursors_.empty()) {
      if (at_ >= cursors_.size()) at_ = 0;
      Cursor& cursor = cursors_[at_];
      while (cursor.next != cursor.end && !may_leave(cursor.next->second->second))
        ++cursor.next;
      if (cursor.next != cursor.end) return &cursor.next->second->second;
      cursors_.erase(cursors_.begin() + static_cast<std::ptrdiff_t>(at_));
    }
    return nullptr;
  }
  /// Whose that was.
  [[nodiscard]] QueueName name() const { return cursors_[at_].name; }
  /// It was taken, and the turn passes on.
  void take() { ++cursors_[at_++].next; }
  /// It was not, and those behind it wait with it.
  void close() { cursors_.erase(cursors_.begin() + static_cast<std::ptrdiff_t>(at_)); }

 private:
  struct Cursor {
    QueueName name;
    std::map<std::uint64_t, Place>::const_iterator next;
    std::map<std::uint64_t, Place>::const_iterator end;
  };
  std::vector<Cursor> cursors_;
  std::size_t at_ = 0;
};

std::optional<Bytes> Mempool::candidate(Timestamp time) {
  ++rounds_;
  const auto may_leave = [this, time](const Waiting& waiting) {
    return !waiting.ordered && waiting.picked != rounds_ && waiting.submission.valid_until() > time;
  };
  struct Turn {
    MerchantId merchant;
    Share* share;
    Turns queues;
    std::optional<Origin> cut;  ///< whose next was too large for what was left
  };
  std::vector<Turn> turns;
  for (auto& [merchant, share] : shares_) {
    turns.push_back(Turn{merchant, &share, {}, {}});
    for (const auto& [from, queue] : share.queues)
      turns.back().queues.add({merchant, from}, queue);
    turns.back().queues.begin_at({merchant, share.next_turn});
  }
  const auto first =
      std::ranges::find_if(turns, [this](const Turn& turn) { return turn.merchant >= next_turn_; });
  std::ranges::rotate(turns, first);

  Payload payload(epoch_);
  std::optional<MerchantId> cut;
  for (bool took = true; took;) {
    took = false;
    for (Turn& turn : turns) {
      Waiting* next = turn.queues.next(may_leave);
      while (next != nullptr && !payload.add(next->submission)) {
        // It opens the merchant's next turn, and its merchant the next block; else large ones
        // could wait for ever.
        if (!turn.cut.has_value()) turn.cut = turn.queues.name().second;
        if (!cut.has_value()) cut = turn.merchant;
        turn.queues.close();
        next = turn.queues.next(may_leave);
      }
      if (next == nullptr) continue;
      took = true;
      next->picked = rounds_;
      turn.share->next_turn = after(turn.share->queues, turn.queues.name().second);
      next_turn_ = after(shares_, turn.merchant);
      turn.queues.take();
    }
  }
  for (const Turn& turn : turns)
    if (turn.cut.has_value()) turn.share->next_turn = *turn.cut;
  if (cut.has_value()) next_turn_ = *cut;
  return payload.encoded();
}

std::vector<Bytes> Mempool::forward(Timestamp now, Duration patience) {
  ++rounds_;
  const auto is_due = [this, now, patience](const Waiting& waiting) {
    const Timestamp since = waiting.asked.times > 0 ? waiting.asked.last : waiting.came;
    return !waiting.ordered && waiting.picked != rounds_ && now.since(since) >= patience;
  };
  // Own callers have nobody else to speak for them; the others get what is left, at least a half.
  Turns own;
  Turns foreign;
  for (const auto& [merchant, share] : shares_)
    for (const auto& [from, queue] : share.queues)
      (from.has_value() ? foreign : own).add({merchant, from}, queue);
  foreign.begin_at(next_forward_);

  std::vector<Bytes> result;
  std::size_t bytes = 0;
  const auto take_from = [&](Turns& turns, std::size_t bytes_max) {
    const std::size_t before = result.size();
    while (Waiting* next = turns.next(is_due)) {
      const auto [merchant, from] = turns.name();
      if (!may_ask(*next, from)) {
        turns.close();
        continue;
      }
      const std::size_t bytes_after = bytes + size_of(next->submission);
      if (bytes_after > bytes_max && result.size() > before) break;
      bytes = bytes_after;
      next->picked = rounds_;
      ask(*next, from, now);
      result.push_back(next->submission.bytes());
      if (from.has_value()) next_forward_ = {merchant, NodeIndex(from->value() + 1)};
      turns.take();
    }
  };
  take_from(own, kForwardBytesMax / 2);
  take_from(foreign, kForwardBytesMax);
  return result;
}

}  // namespace tally::node
