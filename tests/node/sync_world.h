// Laggard: a node with an empty ledger among peers that a test plays. SyncWorld: the same, with
// peers that answer by themselves, each in its manner, in a time that a seed decides.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "node/lone_ordering.h"
#include "node/sync_chain.h"

namespace tally::test {

/// Node 1, and what every round of it must keep to.
class Laggard {
 public:
  struct Asked {
    NodeIndex node;
    consensus::FetchBlocks range;
  };

  explicit Laggard(const SyncChain& chain) : ordering(node(1), chain.epoch), chain_(chain) {}

  /// It learns that the whole chain is certified; all peers say that they have it.
  void fall_behind() {
    for (std::size_t i = 0; i < chain_.epoch.validators.size(); ++i)
      if (node(i) != node(1)) hear(chain_.status(chain_.top()), node(i));
    hear(chain_.certified_header(chain_.top()), node(0));
  }
  void hear(const Message& message, NodeIndex from) { hear(encode_message(message), from); }
  void hear(const Bytes& frame, NodeIndex from) { note(ordering.hear_bytes(frame, from)); }
  void tick(Duration span) { note(ordering.tick(span)); }
  void answer(const Asked& asked) { hear(chain_.answer(asked.range), asked.node); }

  /// The ledger executes at most `count` of what it was given.
  void execute(std::size_t count) {
    for (; count > 0 && !ledger.empty(); --count) {
      const Proposal proposal = std::move(ledger.front());
      ledger.erase(ledger.begin());
      note(ordering.execute(proposal, false, true));
    }
  }
  [[nodiscard]] Height executed() const { return ordering.headers.back().height; }
  /// Questions since the last call.
  [[nodiscard]] std::vector<Asked> questions() { return std::exchange(asked_, {}); }

  LoneOrdering ordering;
  std::vector<Proposal> ledger;  ///< given and not executed
  Height handed_over;
  std::vector<std::string> facts;

 private:
  void note(const node::OrderingEffects& effects) {
    EXPECT_EQ(effects.halt, std::nullopt);
    for (const node::LedgerTask& task : effects.ledger) {
      const auto* execute = std::get_if<node::ExecuteTask>(&task);
      if (execute == nullptr) continue;
      handed_over = handed_over.next();
      EXPECT_EQ(execute->proposal.height, handed_over) << "in order, without a gap";
      EXPECT_EQ(execute->expected->header, chain_.header(handed_over));
      ledger.push_back(execute->proposal);
    }
    for (const auto& [to, message] : ordering.sent) {
      const auto* fetch = std::get_if<consensus::FetchBlocks>(&message);
      if (fetch == nullptr) continue;
      EXPECT_NE(to.value(), node(1));
      EXPECT_GT(fetch->first, handed_over);
      EXPECT_LE(fetch->first, fetch->last);
      EXPECT_LE(fetch->last, chain_.top());
      EXPECT_LT(fetch->last.value() - fetch->first.value(), limits::kFetchBlocksMax);
      asked_.push_back({*to, *fetch});
    }
    facts.insert(facts.end(), effects.facts.begin(), effects.facts.end());
  }

  const SyncChain& chain_;
  std::vector<Asked> asked_;
};

class SyncWorld {
 public:
  /// Frames that a peer sends, and how much later.
  using Said = std::vector<std::pair<Duration, Bytes>>;
  using Manner = std::function<Said(const consensus::FetchBlocks&)>;

  SyncWorld(const SyncChain& chain, std::uint64_t seed)
      : chain_(chain), random_(seed), laggard_(std::make_unique<Laggard>(chain)) {
    for (std::size_t i = 0; i < chain.epoch.validators.size(); ++i)
      if (node(i) != node(1)) peers_[node(i)].manner = honest();
  }

  /// After 1 to 30 ms.
  [[nodiscard]] Manner honest() {
    return [this](const consensus::FetchBlocks& fetch) {
      return Said{{Duration(1 + below(30)), encode_message(chain_.answer(fetch))}};
    };
  }
  [[nodiscard]] Manner honest_but_for_the_first(Manner first) {
    return [asked = false, first = std::move(first),
            then = honest()](const consensus::FetchBlocks& fetch) mutable {
      return std::exchange(asked, true) ? then(fetch) : first(fetch);
    };
  }
  void set_manner(NodeIndex peer, Manner manner) { peers_[peer].manner = std::move(manner); }
  /// What it says that it has, whatever it has; else what is certified.
  void set_claim(NodeIndex peer, Height height) { peers_[peer].claim = height; }
  /// Whoever is asked for the next range does not answer.
  void set_mute_for_the_next_range(bool mute) { next_is_mute_ = mute; }

  /// One peer stays honest; the others get a manner each of `lies` or worse, but `may_lie` of them.
  template <typename Lies>
  void set_random_manners(const Lies& lies) {
    const auto honest_one = static_cast<std::size_t>(below(peers_.size()));
    std::size_t i = 0;
    for (auto& [peer, its] : peers_) {
      if (i++ == honest_one) continue;
      its.is_silent = below(4) == 0;
      if (below(4) == 0) its.claim = Height(below(chain_.top().value() * 2));
      switch (below(5)) {
        case 0:
          its.manner = slow();
          break;
        case 1:
          its.manner = losing();
          break;
        case 2:
          its.manner = dripping();
          break;
        default:
          its.manner = lies.at(below(lies.size())).manner;
      }
    }
  }

  void grow_to(Height height) {
    stable_ = height;
    tell_statuses();
    laggard_->hear(chain_.certified_header(height), peers_.begin()->first);
    answer_questions();
  }
  [[nodiscard]] bool run_until_caught_up(Duration at_most) {
    const Timestamp end = now().plus(at_most);
    while (laggard_->executed() < stable_ && now() < end)
      advance();
    return laggard_->executed() == stable_;
  }
  /// From `first` to `last`, one height at a time; false: it did not keep up.
  [[nodiscard]] bool grows_by_one(Height first, Height last) {
    for (Height height = first; height <= last; height = height.next()) {
      grow_to(height);
      if (!run_until_caught_up(Duration(60'000))) return false;
      pass(Duration(1'000));
    }
    return true;
  }
  /// Nothing but time.
  void pass(Duration span) {
    const Timestamp end = now().plus(span);
    while (now() < end)
      advance();
  }

  [[nodiscard]] std::size_t asked(NodeIndex peer) const { return peers_.at(peer).asked; }
  [[nodiscard]] std::size_t asked_in_all() const {
    std::size_t sum = 0;
    for (const auto& [peer, its] : peers_)
      sum += its.asked;
    return sum;
  }
  [[nodiscard]] std::size_t facts_with(const std::string& part) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        laggard_->facts,
        [&](const std::string& fact) { return fact.find(part) != std::string::npos; }));
  }
  [[nodiscard]] std::uint64_t seconds() const { return now().since(start_).milliseconds() / 1'000; }
  /// Payloads that were delivered in time and are not executed.
  [[nodiscard]] std::size_t held_bytes() const { return delivered_bytes_ - executed_bytes_; }
  [[nodiscard]] std::size_t held_bytes_max() const { return held_bytes_max_; }
  [[nodiscard]] std::string describe() const {
    return laggard_->ordering.status().waiting_for + "; " +
           ::testing::PrintToString(laggard_->facts);
  }

 private:
  struct Peer {
    Manner manner;
    std::optional<Height> claim;
    bool is_silent = false;  ///< never says where it stands
    std::size_t asked = 0;
  };
  struct Frame {
    NodeIndex from;
    Bytes bytes;
  };

  [[nodiscard]] Manner slow() {
    return [this](const consensus::FetchBlocks& fetch) {
      return Said{{Duration(below(10'000)), encode_message(chain_.answer(fetch))}};
    };
  }
  [[nodiscard]] Manner losing() {
    return [this, then = honest()](const consensus::FetchBlocks& fetch) {
      return below(2) == 0 ? then(fetch) : Said{};
    };
  }
  [[nodiscard]] Manner dripping() {
    return [this](const consensus::FetchBlocks& fetch) {
      return Said{{Duration(2'990), encode_message(chain_.blocks(fetch.first, fetch.first))}};
    };
  }

  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  [[nodiscard]] Timestamp now() const { return laggard_->ordering.now.monotonic; }

  void tell_statuses() {
    for (const auto& [peer, its] : peers_)
      if (!its.is_silent) laggard_->hear(chain_.status(its.claim.value_or(stable_)), peer);
  }

  /// To the next frame, tick or work of the ledger, whichever is first.
  void advance() {
    Timestamp next = next_tick_;
    if (!in_flight_.empty()) next = std::min(next, in_flight_.begin()->first);
    if (!laggard_->ledger.empty()) next = std::min(next, now().plus(Duration(20)));
    laggard_->tick(next.since(now()));
    if (now() >= next_tick_) {
      next_tick_ = next_tick_.plus(Duration(500));
      tell_statuses();
    }
    while (!in_flight_.empty() && in_flight_.begin()->first <= now()) {
      const Frame frame = std::move(in_flight_.begin()->second);
      in_flight_.erase(in_flight_.begin());
      deliver(frame);
    }
    const std::size_t waiting = laggard_->ledger.size();
    laggard_->execute(static_cast<std::size_t>(below(40)));
    executed_bytes_ += (waiting - laggard_->ledger.size()) * chain_.payload_bytes();
    answer_questions();
  }

  void deliver(const Frame& frame) {
    const auto message = consensus::decode_message(frame.bytes);
    if (message.ok())
      if (const auto* answer = std::get_if<consensus::CertifiedBlocks>(&*message))
        for (const consensus::CertifiedBlock& block : answer->blocks)
          delivered_bytes_ += block.proposal.payload.size();
    held_bytes_max_ = std::max(held_bytes_max_, held_bytes());
    laggard_->hear(frame.bytes, frame.from);
  }

  void answer_questions() {
    for (const Laggard::Asked& asked : laggard_->questions()) {
      Peer& peer = peers_.at(asked.node);
      ++peer.asked;
      if (next_is_mute_ && asked.range.first == laggard_->handed_over.next()) continue;
      for (auto& [after, bytes] : peer.manner(asked.range))
        in_flight_.emplace(now().plus(after), Frame{asked.node, std::move(bytes)});
    }
  }

  const SyncChain& chain_;
  std::mt19937_64 random_;
  std::unique_ptr<Laggard> laggard_;
  std::map<NodeIndex, Peer> peers_;
  std::multimap<Timestamp, Frame> in_flight_;
  Height stable_;
  Timestamp start_ = now();
  Timestamp next_tick_ = now();
  bool next_is_mute_ = false;
  std::size_t delivered_bytes_ = 0;
  std::size_t executed_bytes_ = 0;
  std::size_t held_bytes_max_ = 0;
};

}  // namespace tally::test
