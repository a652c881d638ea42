// The replica's insides: its state, and its parts by subject.
#pragma once

#include <tally/consensus/replica.h>

#include "consensus/window.h"

#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace tally::consensus {

/// Two headers of one height, in words: why a node halts.
[[nodiscard]] std::string contradiction(std::string_view first, const Header& one,
                                        std::string_view second, const Header& other);

/// One step runs one input's handler, then `advance` until nothing moves, so that progress hangs
/// on no particular event. The rest is by subject: normal_case.cpp, checkpoint.cpp, status.cpp.
class Replica::Inside {
 public:
  Inside(Start start, crypto::PrivateKey key, Now now);

  Effects step(Input input, Now now);
  [[nodiscard]] std::string pending() const;

  [[nodiscard]] View view() const { return view_; }
  [[nodiscard]] Height stable() const { return stable_.header.height; }
  [[nodiscard]] Height executed() const { return executed_; }
  [[nodiscard]] bool is_primary() const { return epoch_.primary(view_) == self_; }

 private:
  // replica.cpp
  void restore(const std::vector<VoteRecord>& history);
  void restore(const Vote& vote);
  void handle(VerifiedMessage message);
  void handle(Refused refused);
  void handle(Candidate candidate);
  void handle(Executed executed);
  void handle(Work work);
  void handle(Tick tick);
  void advance();
  [[nodiscard]] bool advance_once();  ///< whether anything moved
  void broadcast(const Message& message);
  void send_to(NodeIndex node, const Message& message);
  void halt(std::string why);
  /// Signs and records our vote, after the `body` that it is for, if given; nullopt where the
  /// guard refuses.
  [[nodiscard]] std::optional<Vote> sign(const VoteStatement& statement, const Proposal* body);
  /// Whether `vote` claims to be ours and came from outside: ours come from the vote log alone.
  [[nodiscard]] bool is_own(const VoteStatement& statement, NodeIndex signer);
  [[nodiscard]] VoteStatement statement(Phase phase, Height height, const Hash& digest) const;

  // normal_case.cpp
  void on(PrePrepare&& message);
  void on(Vote&& message);
  void on(Certificate&& message);
  void keep_votes_of(const Certificate& certificate, Slot& slot);
  void keep(const Vote& vote, Slot& slot);
  [[nodiscard]] bool prepare(Height height, Slot& slot);
  [[nodiscard]] bool become_prepared(Height height, Slot& slot);
  [[nodiscard]] bool commit(Height height, Slot& slot);
  [[nodiscard]] bool become_committed(Height height, Slot& slot);
  [[nodiscard]] bool hand_over(Height height, Slot& slot);
  [[nodiscard]] std::optional<Timestamp> time_before(Height height) const;
  [[nodiscard]] bool is_in_time(const Proposal& proposal, Timestamp before, Slot& slot) const;
  [[nodiscard]] Timestamp candidate_time(Timestamp before) const;
  [[nodiscard]] std::optional<Height> next_to_propose() const;
  void want_candidate();

  // checkpoint.cpp
  void on(Checkpoint&& message);
  void on(CertifiedHeader&& message);
  [[nodiscard]] bool vote_checkpoint(Height height, Slot& slot);
  [[nodiscard]] bool become_stable(Slot& slot);
  void set_stable(CertifiedHeader certified);

  // status.cpp
  void on(Status&& message, NodeIndex from);
  void on(FetchProposal&& message, NodeIndex from);
  void on(ProposalBody&& message);
  void send_status();
  void fetch_missing_bodies();
  void send_lacking(const SlotStatus& theirs, NodeIndex to, std::size_t& budget);
  [[nodiscard]] SlotStatus slot_status(Height height, const Slot& slot) const;

  Epoch epoch_;
  NodeIndex self_;
  SignGuard guard_;
  View view_;
  Window window_;
  CertifiedHeader stable_;  ///< at genesis without votes
  Height executed_;
  std::map<Height, Header> own_headers_;  ///< of (stable, executed], and of executed itself
  bool work_pending_ = false;
  bool behind_ = false;
  std::size_t connected_ = 0;
  Timestamp idle_since_;          ///< monotonic: when the stable height last rose
  std::set<NodeIndex> answered_;  ///< whose status was answered since the last tick
  std::set<std::pair<NodeIndex, Height>> bodies_sent_;  ///< on request, since the last tick
  std::optional<std::string> halted_;                   ///< for good: why

  Now now_;                    ///< of the current step
  Effects effects_;            ///< of the current step
  bool sign_refused_ = false;  ///< in the current step
};

}  // namespace tally::consensus
