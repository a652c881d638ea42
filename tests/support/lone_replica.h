// LoneReplica: one replica, and a test that plays its peers, its ledger and its clock.
//
//   LoneReplica replica(4, node(1));
//   const Said said = replica.hear(a_pre_prepare(replica.epoch, proposal), node(0));
//   EXPECT_EQ(said.all<Vote>().size(), 1U);
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/consensus_builders.h"
#include "support/memory_vote_log.h"

namespace tally::test {

/// What a step said, after its records were synced.
struct Said {
  std::vector<consensus::VoteRecord> records;
  std::vector<std::pair<std::optional<NodeIndex>, Message>> messages;
  std::vector<consensus::CommittedProposal> execute;
  std::vector<CertifiedHeader> stable;
  std::vector<std::string> facts;
  std::optional<std::string> halt;
  bool wants_candidate = false;
  bool may_be_empty = false;

  template <typename T>
  [[nodiscard]] std::vector<T> all() const {
    std::vector<T> found;
    for (const auto& [to, message] : messages)
      if (const auto* content = std::get_if<T>(&message)) found.push_back(*content);
    return found;
  }
  /// Votes of `phase` among the messages.
  [[nodiscard]] std::vector<Vote> votes(Phase phase) const {
    std::vector<Vote> found = all<Vote>();
    std::erase_if(found, [phase](const Vote& vote) { return vote.statement.phase != phase; });
    return found;
  }
};

class LoneReplica {
 public:
  LoneReplica(std::size_t nodes, NodeIndex self, std::uint64_t window = 1)
      : epoch(an_epoch(nodes)), self_(self) {
    epoch.window = window;
    ledger.push_back(genesis_of(epoch));
    restart_answered();
  }

  /// From the vote log and the ledger, as after a crash.
  void restart() {
    consensus::Start start{epoch,         self_,          log.history(), {ledger.front(), {}},
                           ledger.back(), ledger.front(), ++nonce_};
    for (const consensus::VoteRecord& record : start.history)
      if (const auto* stable = std::get_if<consensus::Stable>(&record))
        start.stable = stable->certified;
    replica_ = std::make_unique<consensus::Replica>(std::move(start), consensus_key(self_), now);
  }
  /// As after a start, with the answers of all peers that know no more than this node.
  void restart_answered() {
    restart();
    hear_answers();
  }
  Said hear_answers() {
    Said said;
    for (std::size_t peer = 0; peer < epoch.validators.size(); ++peer)
      if (node(peer) != self_) said = hear(consensus::Answer{nonce_, {}, {}, {}, {}}, node(peer));
    hear_ready();
    return said;
  }
  /// That no peer waits for answers any more: height 1 may be proposed.
  void hear_ready() {
    for (std::size_t peer = 0; peer < epoch.validators.size(); ++peer)
      if (node(peer) != self_) (void)hear(consensus::Status{}, node(peer));
    (void)step(consensus::Tick{});  // answers the next status of each
  }
  [[nodiscard]] std::uint64_t nonce() const { return nonce_; }

  Said step(consensus::Input input) {
    consensus::Effects effects = replica_->step(std::move(input), now);
    Said said{effects.records, {},           effects.execute,         effects.stable,
              effects.facts,   effects.halt, effects.wants_candidate, effects.may_be_empty};
    const consensus::Durable durable = log.append_and_sync(effects.records);
    for (const consensus::Frame& frame : std::move(effects).release(durable))
      said.messages.emplace_back(frame.to, consensus::decode_message(frame.bytes).value());
    return said;
  }
  /// REQUIRES: the message verifies.
  Said hear(Message message, NodeIndex from) {
    return step(consensus::verify_message(std::move(message), from, epoch).value());
  }
  Said hear_vote(Phase phase, const Proposal& proposal, std::size_t signer) {
    return hear(a_vote(epoch, phase, proposal.height, proposal_digest(proposal), node(signer)),
                node(signer));
  }
  /// `after` the last input.
  Said tick(Duration after = Duration(500)) {
    pass(after);
    return step(consensus::Tick{epoch.validators.size() - 1});
  }
  void pass(Duration span) {
    now.monotonic = now.monotonic.plus(span);
    now.utc = now.utc.plus(span);
  }
  /// The ledger has executed `proposal`, durably.
  Said execute(const Proposal& proposal) {
    ledger.push_back(test::execute(ledger.back(), proposal));
    return step(consensus::Executed{ledger.back(), false});
  }

  /// An ordinary proposal of the next height, by this node's clock.
  [[nodiscard]] Proposal next(Bytes payload = {}) const {
    return a_proposal(epoch, replica_->stable().next(), now.utc, std::move(payload));
  }
  /// All that makes `proposal` stable at a backup of four.
  void finish(const Proposal& proposal) {
    (void)hear(a_pre_prepare(epoch, proposal), node(0));
    for (const Phase phase : {Phase::Prepare, Phase::Commit})
      for (const std::size_t signer : {0U, 2U, 3U})
        (void)hear_vote(phase, proposal, signer);
    (void)execute(proposal);
    for (const std::size_t signer : {0U, 2U, 3U})
      (void)hear(a_checkpoint(ledger.back(), node(signer)), node(signer));
    CHECK(replica_->stable() == proposal.height);
  }

  [[nodiscard]] const consensus::Replica& replica() const { return *replica_; }

  Epoch epoch;
  Now now{Timestamp(1'000'000), kStart.plus(kHour)};
  storage::VoteLog log;
  std::vector<Header> ledger;

 private:
  NodeIndex self_;
  std::uint64_t nonce_ = 0;
  std::unique_ptr<consensus::Replica> replica_;
};

}  // namespace tally::test
