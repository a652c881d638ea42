// Replica: PBFT as a step function. Input in, effects out; no IO, no clock, no threads.
#pragma once

#include <tally/consensus/message.h>
#include <tally/consensus/sign_guard.h>
#include <tally/consensus/vote_record.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tally::consensus {

/// The two clocks, read by the caller: a monotonic one for timers, UTC for header time alone.
struct Now {
  Timestamp monotonic;
  Timestamp utc;
};

/// A pre-prepare or a body whose proposal the caller's own checks turned down. This node does not
/// prepare it, and complains of it once the view's primary has signed exactly these bytes (else one
/// liar could stage complaints). A quorum of others still may prepare it, and then its body is
/// needed. Anything else in it counts as ever.
struct Refused {
  VerifiedMessage message;
  Rule rule = Rule::None;
};
/// A new-view that its primary signed and that does not hold: a reason to complain of it.
struct RefusedNewView {
  View view;
};
/// The mempool's answer to `wants_candidate`: the content of a proposal.
struct Candidate {
  Bytes payload;
};
/// The ledger has the block of `header` durably. `behind`: ledger time is held back, so that the
/// next proposal should come at once (design/consensus.md §8).
struct Executed {
  Header header;
  bool behind = false;
};
/// Whether the mempool holds something to order, and whether the primary passed over some of it
/// (design/consensus.md §4).
struct Work {
  bool pending = false;
  bool passed_over = false;
};
/// Time has passed. `connected`: links that are up.
struct Tick {
  std::size_t connected = 0;
};
using Input =
    std::variant<VerifiedMessage, Refused, RefusedNewView, Candidate, Executed, Work, Tick>;

/// A message for one node, or for all others.
struct Frame {
  std::optional<NodeIndex> to;
  Bytes bytes;
};

/// A proposal with a commit certificate, for the ledger to execute.
struct CommittedProposal {
  Proposal proposal;
  Certificate certificate;
};

/// What a step asks of the shell. Frames stay sealed until the records are durable.
class Effects {
 public:
  std::vector<VoteRecord> records;         ///< for the vote log, in order
  std::vector<CommittedProposal> execute;  ///< ascending by height, each once
  std::vector<CertifiedHeader> stable;     ///< newly certified, ascending
  bool wants_candidate = false;
  bool may_be_empty = false;         ///< an idle block is due: an empty candidate counts
  Timestamp candidate_time;          ///< what the proposal will bear, if it is made now
  std::optional<Timestamp> wake_at;  ///< monotonic: step with a Tick then; always set
  std::vector<std::string> facts;    ///< one line each, for the log
  std::optional<std::string> halt;   ///< stop the process: what contradicts what; each step again

  void send(Frame frame) { frames_.push_back(std::move(frame)); }
  [[nodiscard]] std::vector<Frame> release(Durable) && { return std::move(frames_); }

 private:
  std::vector<Frame> frames_;
};

/// What a replica starts from.
struct Start {
  Epoch epoch;
  NodeIndex self;
  std::vector<VoteRecord> history;  ///< the whole vote log
  CertifiedHeader stable;           ///< of the ledger or log, the higher; genesis: no votes in it
  Header executed;                  ///< the ledger's newest
  Header base;                      ///< the block before the epoch's first; genesis in epoch 0
  std::uint64_t nonce = 1;          ///< fresh at each start, not 0: the peers' answers echo it
};

/// One PBFT replica. Never blocks. Peers' input ends as a dropped message, never in a CHECK.
class Replica {
 public:
  Replica(Start start, crypto::PrivateKey key, Now now);
  ~Replica();
  Replica(Replica&&) noexcept;
  Replica& operator=(Replica&&) noexcept;

  [[nodiscard]] Effects step(Input input, Now now) noexcept;

  /// What is waited for, in words, for `tally status`.
  [[nodiscard]] std::string pending() const;
  [[nodiscard]] View view() const;  ///< the one it is in, or is changing to
  [[nodiscard]] bool is_changing() const;
  /// Whether it may vote: its peers answered since it started, and it is no learner.
  [[nodiscard]] bool is_voting() const;
  /// Of the question that it waits for Answers to; 0: it asks nothing.
  [[nodiscard]] std::uint64_t nonce() const;
  /// nullopt: never lost its votes, or is back.
  [[nodiscard]] std::optional<Learner> learner() const;
  [[nodiscard]] Height stable() const;
  [[nodiscard]] Height executed() const;
  /// Of how many heights it keeps votes: at most 2 · window.
  [[nodiscard]] std::size_t open_heights() const;
  [[nodiscard]] bool is_primary() const;

 private:
  class Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace tally::consensus
