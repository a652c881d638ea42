// Replicas on a network that loses, delays, repeats and reorders, on machines that crash; all from
// one seed. An executor that comes to a header at once, and a stand-in for block sync.
//
// After every step it checks agreement, that no vote leaves before its record, and that no node
// signs two digests for one slot, over all its restarts.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <queue>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "support/consensus_builders.h"
#include "support/memory_vote_log.h"

namespace tally::test {

/// In a thousand, where nothing else is said.
struct Faults {
  unsigned loss = 0;
  unsigned duplication = 0;
  unsigned crash_before_sync = 0;  ///< of a step that has records
  unsigned crash_after_sync = 0;   ///< before its frames leave
  unsigned crash_in_ledger = 0;    ///< the block is durable, the replica was not told
  std::uint64_t delay_max_ms = 20;
  std::uint64_t down_max_ms = 8'000;
};

class ReplicaNetwork {
 public:
  ReplicaNetwork(std::size_t nodes, std::uint64_t seed)
      : seed_(seed), random_(seed), epoch_(an_epoch(nodes)), nodes_(nodes) {
    for (std::size_t i = 0; i < nodes; ++i) {
      nodes_[i].ledger.push_back(genesis_of(epoch_));
      nodes_[i].proposals.emplace_back();
      nodes_[i].utc_skew = below(1'000);
      start(i);
    }
  }

  void set(const Faults& faults) { faults_ = faults; }
  /// Never comes back.
  void kill(std::size_t i) {
    nodes_[i].dead = true;
    stop(i);
  }
  /// A node whose key lies: it votes for everything that it sees, and for other things too.
  void corrupt(std::size_t i) {
    kill(i);
    nodes_[i].lies = true;
  }

  void run_for(std::uint64_t ms) {
    const std::uint64_t end = now_ + ms;
    while (!events_.empty() && events_.top().at <= end && !::testing::Test::HasFailure())
      run_next();
    now_ = end;
  }

  /// True as soon as every live node has executed and certified `height`.
  [[nodiscard]] bool run_until(Height height, std::uint64_t ms_max) {
    const std::uint64_t end = now_ + ms_max;
    while (!all_reached(height)) {
      if (events_.empty() || events_.top().at > end || ::testing::Test::HasFailure()) return false;
      run_next();
    }
    return true;
  }

  /// No more faults; who is down and not dead comes back.
  void heal() {
    faults_ = Faults();
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      if (!nodes_[i].dead && nodes_[i].replica == nullptr) start(i);
  }

  [[nodiscard]] Height highest() const {
    Height height;
    for (const Node& node : nodes_)
      height = std::max(height, node.ledger.back().height);
    return height;
  }
  [[nodiscard]] std::string describe() const {
    std::string text = "seed " + std::to_string(seed_) + " at " + std::to_string(now_) + " ms:";
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const Node& n = nodes_[i];
      text += "\n  node " + std::to_string(i) + ": ";
      text += n.replica == nullptr ? (n.dead ? "dead" : "down")
                                   : "stable " + std::to_string(n.replica->stable().value()) +
                                         ", waits for " + n.replica->pending();
      text += ", ledger " + std::to_string(n.ledger.back().height.value());
    }
    return text;
  }

 private:
  using Slot = std::tuple<Height, Phase, View>;

  /// Checked once for all that get it.
  struct Parcel {
    std::optional<consensus::VerifiedMessage> checked;
    Bytes bytes;
  };
  enum class Kind { Deliver, Tick, Wake, Execute, Sync, Restart, Work };
  struct Event {
    std::uint64_t at = 0;
    std::uint64_t order = 0;
    Kind kind = Kind::Tick;
    std::size_t node = 0;
    std::size_t from = 0;
    std::uint64_t life = 0;  ///< of the node that it is for; a crash ends it
    std::shared_ptr<Parcel> parcel = nullptr;
    friend bool operator<(const Event& a, const Event& b) {
      return std::tie(a.at, a.order) > std::tie(b.at, b.order);
    }
  };
  struct Node {
    // On disk.
    storage::VoteLog log;
    std::vector<Header> ledger;
    std::vector<Proposal> proposals;
    // What it said, over all its lives.
    std::map<Slot, Hash> logged;
    // In memory.
    std::unique_ptr<consensus::Replica> replica;
    std::queue<Proposal> to_execute;
    Height handed_over;
    bool has_work = false;
    bool syncs = false;
    bool wakes = false;
    std::uint64_t life = 0;
    // The machine.
    std::uint64_t utc_skew = 0;
    bool dead = false;
    bool lies = false;
  };

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool chance(unsigned in_a_thousand) { return below(1'000) < in_a_thousand; }
  void schedule(Event event, std::uint64_t delay) {
    event.at = now_ + delay;
    event.order = ++order_;
    event.life = nodes_[event.node].life;
    events_.push(std::move(event));
  }
  [[nodiscard]] Now clocks(const Node& node) const {
    return {Timestamp(5'000 + now_),
            Timestamp(kStart.milliseconds() + 60'000 + now_ + node.utc_skew)};
  }
  [[nodiscard]] bool all_reached(Height height) const {
    for (const Node& node : nodes_)
      if (!node.dead && (node.replica == nullptr || node.replica->stable() < height ||
                         node.replica->executed() < height))
        return false;
    return true;
  }

  void start(std::size_t i) {
    Node& n = nodes_[i];
    if (below(2) == 0) n.log.compact();
    consensus::Start start{
        epoch_,          node(i),          n.log.history(), {n.ledger.front(), {}},
        n.ledger.back(), n.ledger.front(), ++nonces_};
    for (const consensus::VoteRecord& record : start.history)
      if (const auto* stable = std::get_if<consensus::Stable>(&record))
        if (stable->certified.header.height > start.stable.header.height)
          start.stable = stable->certified;
    n.replica =
        std::make_unique<consensus::Replica>(std::move(start), consensus_key(node(i)), clocks(n));
    n.handed_over = n.ledger.back().height;
    n.has_work = false;
    schedule({.kind = Kind::Tick, .node = i}, below(500));
    schedule({.kind = Kind::Work, .node = i}, below(500));
  }

  void stop(std::size_t i) {
    Node& n = nodes_[i];
    n.replica.reset();
    n.to_execute = {};
    n.syncs = false;
    n.wakes = false;
    ++n.life;
  }
  void crash(std::size_t i) {
    stop(i);
    schedule({.kind = Kind::Restart, .node = i}, below(faults_.down_max_ms));
  }

  void run_next() {
    const Event event = events_.top();
    events_.pop();
    now_ = event.at;
    Node& n = nodes_[event.node];
    if (event.kind == Kind::Restart) {
      if (!n.dead && n.replica == nullptr) start(event.node);
      return;
    }
    if (n.lies && event.kind == Kind::Deliver) return lie(event.node, *event.parcel);
    if (n.replica == nullptr || event.life != n.life) return;
    switch (event.kind) {
      case Kind::Deliver:
        return deliver(event);
      case Kind::Tick:
        schedule({.kind = Kind::Tick, .node = event.node}, 500);
        return step(event.node, consensus::Tick{live_peers(event.node)});
      case Kind::Wake:
        n.wakes = false;
        return step(event.node, consensus::Tick{live_peers(event.node)});
      case Kind::Work:
        n.has_work = true;
        schedule({.kind = Kind::Work, .node = event.node}, below(800));
        return step(event.node, consensus::Work{true});
      case Kind::Execute:
        return execute_next(event.node);
      case Kind::Sync:
        return sync(event.node);
      case Kind::Restart:
        return;
    }
  }

  [[nodiscard]] std::size_t live_peers(std::size_t i) const {
    std::size_t live = 0;
    for (std::size_t peer = 0; peer < nodes_.size(); ++peer)
      if (peer != i && nodes_[peer].replica != nullptr) ++live;
    return live;
  }

  void deliver(const Event& event) {
    Parcel& parcel = *event.parcel;
    if (!parcel.checked.has_value() || parcel.checked->from() != node(event.from)) {
      Result<Message> message = consensus::decode_message(parcel.bytes);
      ASSERT_TRUE(message.ok()) << message.error().message;
      Result<consensus::VerifiedMessage> checked =
          consensus::verify_message(std::move(message).value(), node(event.from), epoch_);
      ASSERT_TRUE(checked.ok()) << checked.error().message;
      parcel.checked = std::move(checked).value();
    }
    step(event.node, *parcel.checked);
  }

  /// As a node does it: all effects of a round are synced once, then released.
  void step(std::size_t i, consensus::Input input) {
    Node& n = nodes_[i];
    std::vector<consensus::Effects> round;
    round.push_back(n.replica->step(std::move(input), clocks(n)));
    while (round.back().wants_candidate && (n.has_work || round.back().may_be_empty)) {
      Bytes payload;
      if (n.has_work) payload = id_bytes(below(1'000));
      n.has_work = false;
      round.push_back(n.replica->step(consensus::Candidate{std::move(payload)}, clocks(n)));
      round.push_back(n.replica->step(consensus::Work{false}, clocks(n)));
    }

    std::vector<consensus::VoteRecord> records;
    for (const consensus::Effects& effects : round) {
      ASSERT_FALSE(effects.halt.has_value()) << *effects.halt << "\n" << describe();
      records.insert(records.end(), effects.records.begin(), effects.records.end());
    }
    if (!records.empty() && chance(faults_.crash_before_sync)) return crash(i);
    const consensus::Durable durable = n.log.append_and_sync(records);
    note_votes(i, records);
    if (!records.empty() && chance(faults_.crash_after_sync)) return crash(i);
    for (consensus::Effects& effects : round)
      carry_out(i, std::move(effects), durable);
    start_sync(i);
  }

  void note_votes(std::size_t i, const std::vector<consensus::VoteRecord>& records) {
    for (const consensus::VoteRecord& record : records)
      if (const auto* voted = std::get_if<consensus::Voted>(&record)) {
        const VoteStatement& s = voted->vote.statement;
        const auto known = nodes_[i].logged.emplace(Slot{s.height, s.phase, s.view}, s.digest);
        ASSERT_EQ(known.first->second, s.digest)
            << "node " << i << " signed two digests at height " << s.height.value() << "\n"
            << describe();
      }
  }

  void carry_out(std::size_t i, consensus::Effects effects, const consensus::Durable& durable) {
    Node& n = nodes_[i];
    for (const CertifiedHeader& stable : effects.stable)
      agree(stable.header);
    for (consensus::CommittedProposal& committed : effects.execute)
      hand_over(i, std::move(committed.proposal));
    if (effects.wake_at.has_value() && !std::exchange(n.wakes, true))
      schedule({.kind = Kind::Wake, .node = i},
               effects.wake_at->since(clocks(n).monotonic).milliseconds() + 1);
    for (consensus::Frame& frame : std::move(effects).release(durable)) {
      expect_logged(i, frame.bytes);
      auto parcel = std::make_shared<Parcel>(Parcel{std::nullopt, std::move(frame.bytes)});
      for (std::size_t to = 0; to < nodes_.size(); ++to)
        if (to != i && (!frame.to.has_value() || *frame.to == node(to))) send(i, to, parcel);
    }
  }

  void expect_logged(std::size_t i, const Bytes& bytes) {
    const Result<Message> message = consensus::decode_message(bytes);
    ASSERT_TRUE(message.ok()) << message.error().message;
    std::optional<Vote> vote;
    if (const auto* fresh = std::get_if<PrePrepare>(&*message)) vote = fresh->vote;
    if (const auto* plain = std::get_if<Vote>(&*message)) vote = *plain;
    if (const auto* checkpoint = std::get_if<Checkpoint>(&*message))
      vote =
          Vote{checkpoint_statement(checkpoint->header), checkpoint->signer, checkpoint->signature};
    if (!vote.has_value() || vote->signer != node(i)) return;
    const VoteStatement& s = vote->statement;
    const auto known = nodes_[i].logged.find(Slot{s.height, s.phase, s.view});
    ASSERT_TRUE(known != nodes_[i].logged.end() && known->second == s.digest)
        << "node " << i << " sent a vote that its log lacks\n"
        << describe();
  }

  void send(std::size_t from, std::size_t to, const std::shared_ptr<Parcel>& parcel) {
    const int copies = chance(faults_.duplication) ? 2 : 1;
    for (int copy = 0; copy < copies; ++copy)
      if (!chance(faults_.loss))
        schedule({.kind = Kind::Deliver, .node = to, .from = from, .parcel = parcel},
                 1 + below(faults_.delay_max_ms));
  }

  void agree(const Header& header) {
    const auto known = agreed_.emplace(header.height, header);
    ASSERT_EQ(header_digest(known.first->second), header_digest(header))
        << "two certified headers of height " << header.height.value() << "\n"
        << describe();
  }

  void hand_over(std::size_t i, Proposal proposal) {
    Node& n = nodes_[i];
    if (proposal.height != n.handed_over.next()) return;
    n.handed_over = proposal.height;
    n.to_execute.push(std::move(proposal));
    schedule({.kind = Kind::Execute, .node = i}, 1 + below(faults_.delay_max_ms));
  }

  void execute_next(std::size_t i) {
    Node& n = nodes_[i];
    ASSERT_FALSE(n.to_execute.empty());
    const Proposal proposal = std::move(n.to_execute.front());
    n.to_execute.pop();
    const Header header = test::execute(n.ledger.back(), proposal);
    n.ledger.push_back(header);
    n.proposals.push_back(proposal);
    const auto executed = executed_.emplace(header.height, header);
    ASSERT_EQ(header_digest(executed.first->second), header_digest(header))
        << "two blocks of height " << header.height.value() << "\n"
        << describe();
    if (chance(faults_.crash_in_ledger)) return crash(i);
    step(i, consensus::Executed{header, false});
  }

  void start_sync(std::size_t i) {
    Node& n = nodes_[i];
    if (n.replica == nullptr || n.syncs || n.handed_over >= n.replica->stable() ||
        n.replica->executed() != n.handed_over)
      return;
    n.syncs = true;
    schedule({.kind = Kind::Sync, .node = i}, 1 + below(4 * faults_.delay_max_ms));
  }

  /// The next block, from whoever has it; it is certified, since it is not above stable.
  void sync(std::size_t i) {
    Node& n = nodes_[i];
    n.syncs = false;
    const Height height = n.handed_over.next();
    if (height > n.replica->stable()) return;
    for (const Node& peer : nodes_)
      if (peer.ledger.back().height >= height) return hand_over(i, peer.proposals[height.value()]);
  }

  /// What a liar says to what it hears: as the primary, one of two proposals for the next height;
  /// else a vote for what it saw, for either of the two, or for nothing that anybody said.
  void lie(std::size_t i, const Parcel& parcel) {
    const Result<Message> message = consensus::decode_message(parcel.bytes);
    ASSERT_TRUE(message.ok());
    std::optional<VoteStatement> seen;
    if (const auto* fresh = std::get_if<PrePrepare>(&*message)) seen = fresh->vote.statement;
    if (const auto* vote = std::get_if<Vote>(&*message)) seen = vote->statement;
    if (const auto* status = std::get_if<consensus::Status>(&*message))
      seen = a_statement(epoch_, Phase::Prepare, status->stable.next(), Hash());
    if (!seen.has_value()) return;

    const Proposal& favourite = favourite_of(i, seen->height);
    if (below(3) != 0) seen->digest = proposal_digest(favourite);
    if (below(2) == 0) seen->phase = Phase::Commit;
    if (below(8) == 0) seen->digest = fixed_of<Hash>(below(3));
    if (below(8) == 0) seen->view = View(below(4));
    if (below(8) == 0) seen->height = Height(seen->height.value() + below(3));
    const bool proposes = i == 0 && below(2) == 0;
    const Message said =
        proposes ? Message(a_pre_prepare(epoch_, favourite)) : Message(a_vote(*seen, node(i)));
    auto lied = std::make_shared<Parcel>(Parcel{std::nullopt, encode_message(said)});
    for (std::size_t to = 0; to < nodes_.size(); ++to)
      if (to != i && below(2) == 0) send(i, to, lied);
  }

  /// One of the two proposals that liars stand for at `height`.
  const Proposal& favourite_of(std::size_t i, Height height) {
    std::vector<Proposal>& both = favourites_[height];
    while (both.size() < 2)
      both.push_back(a_proposal(epoch_, height, clocks(nodes_[i]).utc, id_bytes(both.size())));
    return both[below(2)];
  }

  std::uint64_t seed_;
  std::mt19937_64 random_;
  Epoch epoch_;
  std::vector<Node> nodes_;
  Faults faults_;
  std::uint64_t now_ = 0;
  std::uint64_t order_ = 0;
  std::uint64_t nonces_ = 0;
  std::priority_queue<Event> events_;
  std::map<Height, Header> agreed_;
  std::map<Height, Header> executed_;
  std::map<Height, std::vector<Proposal>> favourites_;
};

}  // namespace tally::test
