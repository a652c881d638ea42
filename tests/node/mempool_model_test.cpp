// The mempool of a primary against a model of it: shares are kept to, nothing is lost, and what one
// origin brought for one merchant leaves in the order in which it came.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <map>
#include <set>

#include "node/lone_ordering.h"

namespace tally::test {
namespace {

using Origin = std::optional<NodeIndex>;

constexpr std::size_t kNodes = 16;
/// What 16 nodes leave of the pool for one of them, and of that for another's merchant.
constexpr std::size_t kPart = limits::kMempoolBytes / kNodes;
constexpr std::size_t kShare = kPart / 2 / kNodes;

struct Waits {
  MerchantId merchant;
  crypto::PublicKey key;
};

class Model {
 public:
  [[nodiscard]] bool admits(const Bytes& bytes, const Waits& waits, Origin from) const {
    if (committed.contains(bytes)) return false;
    const auto found = queues.find({waits.merchant, from});
    std::size_t used = 0;
    std::size_t of_key = 0;
    if (found != queues.end())
      for (const Bytes& other : found->second) {
        if (other == bytes) return false;
        used += other.size();
        if (all.at(other).key == waits.key) of_key += other.size();
      }
    const std::size_t share = share_of(waits.merchant, from);
    return used + bytes.size() <= share && (of_key == 0 || of_key + bytes.size() <= share / 4);
  }
  void admit(const Bytes& bytes, const Waits& waits, Origin from) {
    queues[{waits.merchant, from}].push_back(bytes);
    all.emplace(bytes, waits);
  }
  /// Whether each queue gives what stands at its head.
  [[nodiscard]] bool takes_heads(const std::vector<Bytes>& block) const {
    const std::set<Bytes> taken(block.begin(), block.end());
    for (const auto& [name, queue] : queues) {
      bool ended = false;
      for (const Bytes& bytes : queue) {
        // One that waits in two queues may leave by the other.
        if (!taken.contains(bytes)) ended = true;
        if (taken.contains(bytes) && ended && is_in_one_queue(bytes)) return false;
      }
    }
    return taken.size() == block.size();
  }
  void commit(const std::vector<Bytes>& block) {
    for (const Bytes& bytes : block) {
      committed.insert(bytes);
      all.erase(bytes);
      for (auto& [name, queue] : queues)
        std::erase(queue, bytes);
    }
  }
  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = 0;
    for (const auto& [bytes, waits] : all)
      sum += bytes.size();
    return sum;
  }

  std::map<std::pair<MerchantId, Origin>, std::deque<Bytes>> queues;
  std::map<Bytes, Waits> all;
  std::set<Bytes> committed;

 private:
  static std::size_t share_of(MerchantId merchant, Origin from) {
    const std::size_t node_of = from.has_value() ? from->value() : 0;
    const std::size_t share = merchant.value() == node_of + 1 ? kPart / 2 : kShare;
    return from.has_value() ? share : share / 4 * 3;
  }
  [[nodiscard]] bool is_in_one_queue(const Bytes& bytes) const {
    std::size_t places = 0;
    for (const auto& [name, queue] : queues)
      places += static_cast<std::size_t>(std::count(queue.begin(), queue.end(), bytes));
    return places == 1;
  }
};

std::vector<Bytes> content_of(const Proposal& proposal) {
  std::vector<Bytes> content;
  const auto views = decode_payload(proposal.payload).value();
  for (const ByteView bytes : views)
    content.push_back(to_bytes(bytes));
  return content;
}

Bytes some_submission(std::uint64_t number, MerchantId merchant, std::uint64_t key,
                      std::size_t transactions) {
  std::vector<Transaction> all;
  for (std::uint64_t i = 0; i < transactions; ++i)
    all.push_back(
        an_earn().by(merchant).request(number * 1'000 + i).valid_until(kStart.plus(kDay)).build());
  return seal_submission(an_epoch(1).chain, std::move(all), key_from_seed(key));
}

/// Plays callers, peers and the network for the primary, and keeps the model beside it.
class Play {
 public:
  Play() : primary_(node(0), epoch()) {}

  void bring(bool again) {
    const auto peer = *rc::gen::inRange<std::uint16_t>(0, 3);
    const Origin from = peer == 0 ? Origin() : Origin(NodeIndex(peer));
    if (known_.empty() || !again) {
      const auto merchant = *rc::gen::inRange<std::uint32_t>(1, 3);
      const auto key = *rc::gen::inRange<std::uint64_t>(1, 4);
      const auto transactions = *rc::gen::inRange<std::size_t>(1, 120);
      known_.emplace_back(some_submission(known_.size(), MerchantId(merchant), key, transactions),
                          Waits{MerchantId(merchant), key_from_seed(key).public_key()});
    }
    const auto& [bytes, waits] =
        again ? known_[*rc::gen::inRange<std::size_t>(0, known_.size())] : known_.back();
    if (model_.admits(bytes, waits, from)) model_.admit(bytes, waits, from);
    (void)(from.has_value() ? primary_.share(bytes, *from) : primary_.submit(bytes));
    look();
  }

  void finish_a_block() {
    if (!proposed_.has_value()) (void)primary_.tick(Duration(5));
    look();
    if (!proposed_.has_value()) return;
    const Proposal finished = *std::exchange(proposed_, std::nullopt);
    model_.commit(content_of(finished));
    primary_.finish(finished);
    look();
  }

  void compare() const {
    RC_ASSERT(primary_.status().pool_submissions == model_.all.size());
    RC_ASSERT(primary_.status().pool_bytes == model_.bytes());
  }

 private:
  static Epoch epoch() {
    Epoch epoch = an_epoch(kNodes);
    epoch.proposal_bytes_max = 100'000;
    epoch.proposal_transactions_max = 400;
    return epoch;
  }
  /// At what was proposed in the last round.
  void look() {
    const auto fresh = primary_.all<PrePrepare>();
    if (fresh.empty() || proposed_.has_value()) return;
    proposed_ = fresh.front().proposal;
    const std::vector<Bytes> block = content_of(*proposed_);
    RC_ASSERT(model_.takes_heads(block));
    for (const Bytes& bytes : block)
      RC_ASSERT(model_.all.contains(bytes));
  }

  LoneOrdering primary_;
  Model model_;
  std::vector<std::pair<Bytes, Waits>> known_;
  std::optional<Proposal> proposed_;  ///< and not finished
};

RC_GTEST_PROP(Mempool, KeepsToItsModel, ()) {
  Play play;
  const std::size_t steps = *rc::gen::inRange<std::size_t>(10, 60);
  for (std::size_t step = 0; step < steps; ++step) {
    const int what = *rc::gen::inRange(0, 10);
    if (what < 8)
      play.bring(what == 0);
    else
      play.finish_a_block();
    play.compare();
  }
}

}  // namespace
}  // namespace tally::test
