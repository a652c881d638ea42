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
/// on no particular event. The rest is by subject: restart.cpp, normal_case.cpp, checkpoint.cpp,
/// view_changes.cpp, timers.cpp, status.cpp.
class Replica::Inside {
 public:
  Inside(Start start, crypto::PrivateKey key, Now now);

  Effects step(Input input, Now now);
  [[nodiscard]] std::string pending() const;

  [[nodiscard]] View view() const { return view_; }
  [[nodiscard]] bool is_changing() const { return changing_; }
  [[nodiscard]] Height stable() const { return stable_.header.height; }
  [[nodiscard]] Height executed() const { return executed_; }
  [[nodiscard]] std::size_t open_heights() const { return window_.slots(); }
  [[nodiscard]] bool is_primary() const { return epoch_.primary(view_) == self_; }
  [[nodiscard]] bool is_voting() const { return !awaits_answers_ && !is_learner(); }
  [[nodiscard]] std::optional<Learner> learner() const;
  /// 0: no Answer is waited for.
  [[nodiscard]] std::uint64_t nonce() const;

 private:
  /// Why this node wants to leave its view.
  struct Cause {
    Reason reason = Reason::NoProgress;
    Rule rule = Rule::None;
    Hash digest;
  };

  // replica.cpp
  void handle(VerifiedMessage message);
  void handle(Refused refused);
  void handle(RefusedNewView refused);
  void handle(Candidate candidate);
  void handle(Executed executed);
  void handle(Work work);
  void handle(Tick tick);
  void advance();
  [[nodiscard]] bool advance_once();  ///< whether anything moved
  [[nodiscard]] bool advance_slot(Height height, Slot& slot);
  void broadcast(const Message& message);
  void send_to(NodeIndex node, const Message& message);
  void halt(std::string why);
  void fact(std::string text) { effects_.facts.push_back(std::move(text)); }
  /// Signs and records our vote, after the `body` that it is for, unless the log has it; nullopt
  /// where the guard refuses.
  [[nodiscard]] std::optional<Vote> sign(const VoteStatement& statement, Slot& slot,
                                         const Proposal* body);
  [[nodiscard]] VoteStatement statement(Phase phase, Height height, const Hash& digest) const;
  [[nodiscard]] std::string pending_change() const;

  // restart.cpp
  void restore(const std::vector<VoteRecord>& history);
  void restore_view(const std::vector<VoteRecord>& history);
  void restore_slot(const VoteRecord& record);
  void restore(const Vote& vote);
  void on(Answer&& message, NodeIndex from);
  [[nodiscard]] Answer answer_for(NodeIndex asker, std::uint64_t nonce) const;
  /// Whether `vote` claims to be ours and came from outside: ours come from the vote log alone.
  [[nodiscard]] bool is_own(const VoteStatement& statement, NodeIndex signer);
  void become_learner(std::string_view why);
  void set_learner(const Learner& learner);
  [[nodiscard]] bool is_learner() const;
  [[nodiscard]] bool learn();  ///< a step on a learner's way back
  [[nodiscard]] std::string pending_answers() const;

  // normal_case.cpp
  void on(PrePrepare&& message);
  void on(Vote&& message);
  void on(Certificate&& message);
  void keep_votes_of(const Certificate& certificate, Slot& slot);
  void keep(const Vote& vote, Slot& slot);
  /// What this view is to decide at `height`: chosen by its new-view, or by its primary.
  [[nodiscard]] std::optional<Hash> proposed_digest(Height height, const Slot& slot) const;
  /// The rule for which this node does not prepare the primary's fresh proposal, if there is one.
  [[nodiscard]] std::optional<Rule> refusal(Height height, const Slot& slot) const;
  [[nodiscard]] bool prepare(Height height, Slot& slot);
  [[nodiscard]] bool become_prepared(Height height, Slot& slot);
  [[nodiscard]] bool commit(Height height, Slot& slot);
  [[nodiscard]] bool become_committed(Height height, Slot& slot);
  [[nodiscard]] bool hand_over(Height height, Slot& slot);
  [[nodiscard]] std::optional<Timestamp> time_before(Height height) const;
  [[nodiscard]] bool is_in_time(const Proposal& proposal, Timestamp before) const;
  [[nodiscard]] Timestamp candidate_time(Timestamp before) const;
  [[nodiscard]] std::optional<Height> next_to_propose() const;
  void want_candidate();

  // checkpoint.cpp
  void on(Checkpoint&& message);
  void on(CertifiedHeader&& message);
  [[nodiscard]] bool vote_checkpoint(Height height, Slot& slot);
  [[nodiscard]] bool become_stable(Slot& slot);
  void set_stable(CertifiedHeader certified);

  // view_changes.cpp
  void on(ViewChange&& message);
  void on(NewView&& message);
  void on(Complaint&& message);
  [[nodiscard]] std::optional<Cause> cause() const;
  [[nodiscard]] bool is_rotation_due() const;
  [[nodiscard]] bool complain();
  [[nodiscard]] bool counts(const Complaint& complaint) const;
  [[nodiscard]] bool leave_on_complaints();
  [[nodiscard]] bool join();
  [[nodiscard]] bool make_new_view();
  [[nodiscard]] bool may_change_to(View view) const;
  [[nodiscard]] bool change_to(View view);
  void enter(NewView new_view);
  /// Takes over what `choice` says; false: it contradicts what is committed here, so halted.
  [[nodiscard]] bool adopt(const Choice& choice);
  /// View-changes for `view_`, or with those above it: their senders left for good too.
  [[nodiscard]] std::size_t count_changes(bool and_above) const;

  // timers.cpp
  void update_timers();
  [[nodiscard]] bool has_work() const;
  [[nodiscard]] Duration progress_timeout() const;
  [[nodiscard]] bool is_progress_overdue() const;
  [[nodiscard]] bool is_new_view_overdue() const;
  [[nodiscard]] Duration status_period() const;
  [[nodiscard]] Timestamp next_wake() const;

  // status.cpp
  void on(Status&& message, NodeIndex from);
  void on(FetchProposal&& message, NodeIndex from);
  void on(ProposalBody&& message);
  void send_status();
  void fetch_missing_bodies();
  void send_view_of(const Status& theirs, NodeIndex to, std::size_t& budget);
  void send_lacking(const SlotStatus& theirs, NodeIndex to, std::size_t& budget);
  void send_within(std::size_t& budget, NodeIndex to, const Message& message);
  [[nodiscard]] SlotStatus slot_status(Height height, const Slot& slot) const;

  Epoch epoch_;
  NodeIndex self_;
  SignGuard guard_;
  Window window_;
  CertifiedHeader stable_;  ///< at genesis without votes
  Height executed_;
  std::map<Height, Header> own_headers_;  ///< of (stable, executed], and of executed itself
  bool work_pending_ = false;
  bool passed_over_ = false;
  bool behind_ = false;
  std::size_t connected_ = 0;
  std::set<NodeIndex> ready_;  ///< peers that ask for no answers any more

  View view_;                     ///< the one it is in, or is changing to
  bool changing_ = false;         ///< it has left all views below view_ and entered none since
  Header epoch_base_;             ///< the block before the epoch's first
  Header base_;                   ///< what the view entered last stands on: rotation counts from it
  Height top_;                    ///< that view's fresh proposals stand above it
  unsigned failed_views_ = 0;     ///< k of T(k)
  std::optional<NewView> proof_;  ///< of the view entered last; 0: none
  std::vector<std::optional<ViewChange>> changes_;    ///< by sender, of its highest view
  std::vector<std::optional<Complaint>> complaints_;  ///< against view_, by sender
  std::vector<Complaint> ended_;                      ///< the ones that ended the view before
  std::optional<View> refused_new_view_;

  std::optional<Learner> learner_;
  bool awaits_answers_ = false;  ///< of the peers, before the first vote since the start
  bool is_new_ = false;          ///< an empty log: its peers must show no block either
  std::uint64_t nonce_ = 0;
  std::map<NodeIndex, Height> answers_;  ///< with the stable height of each

  Timestamp idle_since_;                     ///< when the stable height last rose; all monotonic
  std::optional<Timestamp> progress_since_;  ///< since when work waits
  std::optional<Timestamp> new_view_since_;  ///< since when a quorum waits for view_
  Timestamp next_status_;
  std::set<NodeIndex> answered_;                        ///< whose status, since the last own one
  std::set<std::pair<NodeIndex, Height>> bodies_sent_;  ///< on request, since the last status
  std::optional<std::string> halted_;                   ///< for good: why

  Now now_;                    ///< of the current step
  Effects effects_;            ///< of the current step
  bool sign_refused_ = false;  ///< in the current step
};

}  // namespace tally::consensus
