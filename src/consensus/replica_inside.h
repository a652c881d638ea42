// The replica's insides: its state, and its parts by subject.
#pragma once

#include <tally/consensus/replica.h>

#include "consensus/window.h"

#include <map>

namespace tally::consensus {

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
  void handle(Candidate candidate);
  void handle(Executed executed);
  void handle(Work work);
  void handle(Tick tick);
  void advance();
  [[nodiscard]] bool advance_once();  ///< whether anything moved
  void broadcast(const Message& message);
  void send_to(NodeIndex node, const Message& message);
  void halt(std::string why);
  /// Signs, records and sends our vote; false where the guard refuses.
  [[nodiscard]] std::optional<Vote> sign(const VoteStatement& statement);
  [[nodiscard]] VoteStatement statement(Phase phase, Height height, const Hash& digest) const;

  // normal_case.cpp
  void on(PrePrepare&& message);
  void on(Vote&& message);
  void on(Certificate&& message);
  [[nodiscard]] bool prepare(Height height, Slot& slot);
  [[nodiscard]] bool become_prepared(Height height, Slot& slot);
  [[nodiscard]] bool commit(Height height, Slot& slot);
  [[nodiscard]] bool become_committed(Height height, Slot& slot);
  [[nodiscard]] bool hand_over(Height height, Slot& slot);
  [[nodiscard]] std::optional<Timestamp> time_before(Height height) const;
  [[nodiscard]] bool is_in_time(const Proposal& proposal, Timestamp before) const;
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
  Timestamp idle_since_;  ///< monotonic: when the stable height last rose

  Now now_;          ///< of the current step
  Effects effects_;  ///< of the current step
};

}  // namespace tally::consensus
