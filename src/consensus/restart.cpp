// A start: from the vote log, with the peers' answers; and the way back of a node whose log is
// lost (design/consensus.md §3.3, §3.4).
#include "consensus/replica_inside.h"

#include <tally/base/canary.h>
#include <tally/base/check.h>

#include <algorithm>

namespace tally::consensus {

Replica::Inside::Inside(Start start, crypto::PrivateKey key, Now now)
    : epoch_(std::move(start.epoch)),
      self_(start.self),
      guard_(std::move(key), start.self, epoch_, start.history),
      window_(epoch_.validators.size(), epoch_.window),
      stable_(std::move(start.stable)),
      executed_(start.executed.height),
      epoch_base_(std::move(start.base)),
      base_(epoch_base_),
      changes_(epoch_.validators.size()),
      complaints_(epoch_.validators.size()),
      awaits_answers_(epoch_.quorum().quorum() > 1),
      is_new_(start.history.empty()),
      nonce_(start.nonce),
      idle_since_(now.monotonic),
      next_status_(now.monotonic),
      now_(now) {
  CHECK(epoch_.window >= 1);
  CHECK(nonce_ != 0);
  window_.advance_to(stable_.header.height);
  guard_.forget_up_to(stable_.header.height);
  // A node that halted over two headers halts again, till an operator recovered it.
  if (executed_ == stable() && start.executed != stable_.header)
    halt(contradiction("own header", start.executed, "a quorum certified", stable_.header));
  own_headers_.emplace(executed_, std::move(start.executed));
  restore(start.history);
  if (canary(34)) {
    learner_.reset();
    awaits_answers_ = false;
  }
}

void Replica::Inside::restore(const std::vector<VoteRecord>& history) {
  // The view first: what is kept of votes depends on it.
  restore_view(history);
  for (const VoteRecord& record : history) {
    if (const auto* voted = std::get_if<Voted>(&record))
      restore(voted->vote);
    else
      restore_slot(record);
  }
}

void Replica::Inside::restore_view(const std::vector<VoteRecord>& history) {
  for (const VoteRecord& record : history) {
    if (const auto* changing = std::get_if<Changing>(&record)) {
      if (!canary(17)) changes_.at(self_.value()) = changing->own;
    } else if (const auto* entered = std::get_if<Entered>(&record)) {
      proof_ = entered->proof;
    } else if (const auto* learner = std::get_if<Learner>(&record)) {
      learner_ = *learner;
    }
  }
  if (proof_.has_value()) {
    view_ = proof_->view;
    for (const ViewChange& change : proof_->changes)
      if (change.signer != self_) changes_.at(change.signer.value()) = change;
    const Result<Choice> choice = choose(epoch_, proof_->changes);
    CHECK(choice.ok());  // else it was not entered
    if (!adopt(*choice)) return;
  }
  const std::optional<ViewChange>& own = changes_.at(self_.value());
  if (!own.has_value() || own->view <= view_) return;
  view_ = own->view;
  changing_ = true;
}

void Replica::Inside::restore_slot(const VoteRecord& record) {
  if (const auto* proposed = std::get_if<Proposed>(&record)) {
    if (Slot* slot = window_.slot(proposed->proposal.height)) {
      const Hash digest = proposal_digest(proposed->proposal);
      slot->bodies.emplace(digest, proposed->proposal);
      slot->logged.insert(digest);
    }
  } else if (const auto* prepared = std::get_if<Prepared>(&record)) {
    Slot* slot = window_.slot(prepared->certificate.statement.height);
    if (slot == nullptr) return;
    const View view = prepared->certificate.statement.view;
    if (slot->prepared.has_value() && slot->prepared->statement.view > view) return;
    slot->prepared = prepared->certificate;
    keep_votes_of(prepared->certificate, *slot);
  } else if (const auto* committed = std::get_if<Committed>(&record)) {
    const Height height = committed->certificate.statement.height;
    if (Slot* slot = window_.slot(height)) {
      slot->committed = committed->certificate;
      keep_votes_of(committed->certificate, *slot);
      slot->handed_over = height <= executed_;
    }
  }
}

void Replica::Inside::restore(const Vote& vote) {
  Slot* slot = window_.slot(vote.statement.height);
  if (slot == nullptr || canary(26)) return;
  if (vote.statement.phase == Phase::Checkpoint) {
    const auto header = own_headers_.find(vote.statement.height);
    if (header == own_headers_.end()) return;
    if (checkpoint_statement(header->second) != vote.statement)
      return halt("own header of height " + std::to_string(vote.statement.height.value()) +
                  " has digest " + to_hex(header_digest(header->second).view()) +
                  "; this node voted for " + to_hex(vote.statement.digest.view()));
    slot->checkpoints.at(self_.value()) = Checkpoint{header->second, self_, vote.signature};
    return;
  }
  auto& places = vote.statement.phase == Phase::Prepare ? slot->prepares : slot->commits;
  CHECK(keep_vote(places, vote, view_));
}

Answer Replica::Inside::answer_for(NodeIndex asker, std::uint64_t nonce) const {
  Answer answer;
  answer.nonce = nonce;
  if (stable() > Height()) answer.stable = stable_;
  answer.view_change = changes_.at(asker.value());
  for (Height height = stable().next(); height <= window_.last_early(); height = height.next()) {
    const Slot* slot = window_.find(height);
    if (slot == nullptr) continue;
    for (const auto* places : {&slot->prepares, &slot->commits})
      if (const auto& vote = places->at(asker.value())) answer.votes.push_back(*vote);
    if (const auto& vote = slot->checkpoints.at(asker.value())) answer.checkpoints.push_back(*vote);
  }
  return answer;
}

std::uint64_t Replica::Inside::nonce() const {
  const bool is_asking = learner_.has_value() && learner_->stage == LearnerStage::Asking;
  return awaits_answers_ || is_asking ? nonce_ : 0;
}

void Replica::Inside::on(Answer&& message, NodeIndex from) {
  if (message.nonce == 0 || message.nonce != nonce() || from == self_) return;
  answers_[from] = message.stable.has_value() ? message.stable->header.height : Height();
  if (message.stable.has_value()) on(std::move(*message.stable));
  if (halted_.has_value()) return;

  // What the log should have and has not; at or below stable it drops its votes, so there an old
  // one means nothing.
  for (const Vote& vote : message.votes)
    if (vote.statement.height > stable()) (void)is_own(vote.statement, vote.signer);
  for (const Checkpoint& checkpoint : message.checkpoints)
    if (checkpoint.header.height > stable())
      (void)is_own(checkpoint_statement(checkpoint.header), checkpoint.signer);
  if (message.view_change.has_value()) on(std::move(*message.view_change));

  if (!awaits_answers_ || (is_learner() && learner_->stage == LearnerStage::Asking)) return;
  const bool shows_blocks =
      std::ranges::any_of(answers_, [](const auto& answer) { return answer.second > Height(); });
  // An empty log in a network that has blocks: this key may have voted for any of them.
  if (is_new_ && shows_blocks && !is_learner())
    return become_learner("its vote log is empty, and there are blocks");
  if (answers_.size() + 1 < epoch_.quorum().quorum()) return;
  awaits_answers_ = false;
  send_status();  // the first block waits for this
}

bool Replica::Inside::is_own(const VoteStatement& vote_statement, NodeIndex signer) {
  if (signer != self_) return false;
  if (!guard_.has_signed(vote_statement) && !is_learner())
    become_learner("a peer has its vote at height " +
                   std::to_string(vote_statement.height.value()) +
                   ", which its log lacks: the log is an older copy, or another node has this key");
  return true;
}

void Replica::Inside::become_learner(std::string_view why) {
  fact("learner reason=\"" + std::string(why) + "\"");
  set_learner(Learner{LearnerStage::Asking, Height(), View()});
  // Answers from before the loss was seen may be older than what was lost.
  ++nonce_;
  answers_.clear();
  send_status();
}

void Replica::Inside::set_learner(const Learner& learner) {
  learner_ = learner;
  guard_.set_learner(learner);
  effects_.records.emplace_back(learner);
}

bool Replica::Inside::is_learner() const {
  return learner_.has_value() && learner_->stage != LearnerStage::Back;
}

std::optional<Learner> Replica::Inside::learner() const {
  return is_learner() ? learner_ : std::nullopt;
}

bool Replica::Inside::learn() {
  if (!is_learner()) return false;
  Learner next = *learner_;
  if (next.stage == LearnerStage::Asking) {
    if (answers_.size() < epoch_.quorum().quorum()) return false;
    // A correct answerer has executed the lost stable height, which is at most a window above what
    // it shows certified; votes reach another window beyond. A certificate cannot be inflated.
    Height highest = stable();
    for (const auto& [node, height] : answers_)
      highest = std::max(highest, height);
    next.stage = LearnerStage::Following;
    next.limit = Height(highest.value() + 2 * epoch_.window);
    awaits_answers_ = false;
  } else if (next.stage == LearnerStage::Following) {
    if (stable() < next.limit || executed_ < next.limit) return false;
    const Slot* slot = window_.find(stable().next());
    if (slot == nullptr || !slot->committed.has_value()) return false;
    // Every vote above the limit is later than the loss, so this view is at least the lost one.
    next.stage = LearnerStage::Returning;
    next.view = slot->committed->statement.view;
  } else {
    if (changing_ || view_ <= next.view) return false;
    next.stage = LearnerStage::Back;
  }
  set_learner(next);
  fact("learner_stage stage=" + std::to_string(static_cast<int>(next.stage)) + " limit=" +
       std::to_string(next.limit.value()) + " view=" + std::to_string(next.view.value()));
  return true;
}

std::string Replica::Inside::pending_answers() const {
  const auto answers = [this](std::size_t needed) {
    return std::to_string(answers_.size()) + " of " + std::to_string(needed);
  };
  const std::size_t quorum = epoch_.quorum().quorum();
  if (!is_learner())
    return "its peers' answers (" + answers(quorum - 1) + ") before its first vote";
  const std::string learner = "as a learner that does not vote, ";
  switch (learner_->stage) {
    case LearnerStage::Asking:
      return learner + "its peers' answers (" + answers(quorum) + ")";
    case LearnerStage::Following:
      return learner + "a commit above height " + std::to_string(learner_->limit.value());
    case LearnerStage::Returning:
    case LearnerStage::Back:
      break;
  }
  return learner + "a view above " + std::to_string(learner_->view.value());
}

}  // namespace tally::consensus
