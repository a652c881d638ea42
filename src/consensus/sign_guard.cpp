// One digest a slot, for ever; one view-change and one new-view a view.
#include <tally/consensus/sign_guard.h>

#include <tally/base/canary.h>
#include <tally/base/check.h>

#include <string>

namespace tally::consensus {

SignGuard::SignGuard(crypto::PrivateKey key, NodeIndex self, const Epoch& epoch,
                     const std::vector<VoteRecord>& history)
    : key_(std::move(key)), self_(self), chain_(epoch.chain), epoch_(epoch.number) {
  CHECK(epoch.find(self) != nullptr);
  CHECK(epoch.find(self)->key == key_.public_key());
  for (const VoteRecord& record : history) {
    if (const auto* voted = std::get_if<Voted>(&record)) {
      if (canary(26)) continue;
      const auto [known, is_new] = signed_.emplace(slot_of(voted->vote.statement), voted->vote);
      CHECK(is_new || known->second.statement == voted->vote.statement);
    } else if (const auto* stable = std::get_if<Stable>(&record)) {
      forget_up_to(stable->certified.header.height);
    } else if (const auto* changing = std::get_if<Changing>(&record)) {
      if (!canary(17)) changed_ = changing->own;
    } else if (const auto* entered = std::get_if<Entered>(&record)) {
      if (entered->proof.signer == self_) new_view_ = entered->proof;
    } else if (const auto* learner = std::get_if<Learner>(&record)) {
      if (!canary(34)) learner_ = *learner;
    }
  }
}

Result<Vote> SignGuard::sign(const VoteStatement& statement) {
  CHECK(statement.chain == chain_);
  CHECK(statement.epoch == epoch_);
  const std::string slot = "height " + std::to_string(statement.height.value()) + " view " +
                           std::to_string(statement.view.value());
  if (statement.height <= stable_)
    return Error{ErrorCode::Refused, "no vote at or below the stable height: " + slot};

  const Slot key = slot_of(statement);
  const auto found = signed_.find(key);
  if (found != signed_.end()) {
    if (found->second.statement.digest == statement.digest) return found->second;
    return Error{ErrorCode::Conflict, "another digest was signed at " + slot};
  }
  const bool is_checkpoint = statement.phase == Phase::Checkpoint;
  if (!is_checkpoint && changed_.has_value() && statement.view < changed_->view)
    return Error{ErrorCode::Refused, "no vote below the last view-change: " + slot};
  if (learner_.has_value() && statement.height <= learner_->limit)
    return Error{ErrorCode::Refused, "a learner forgot what it signed at " + slot};
  if (is_checkpoint && is_learner())
    return Error{ErrorCode::Refused, "a learner signs no headers: " + slot};
  if (const auto fault = learner_fault(statement.view); fault.has_value() && !is_checkpoint)
    return *fault;

  const Vote vote{statement, self_, key_.sign(signed_bytes(statement))};
  signed_.emplace(key, vote);
  return vote;
}

Result<ViewChange> SignGuard::sign(ViewChange change) {
  CHECK(change.chain == chain_ && change.epoch == epoch_);
  if (const auto fault = learner_fault(change.view)) return *fault;
  change.signer = self_;
  if (changed_.has_value() && change.view <= changed_->view) {
    change.signature = changed_->signature;
    if (change == *changed_) return change;
    const bool is_same_view = change.view == changed_->view;
    return Error{is_same_view ? ErrorCode::Conflict : ErrorCode::Refused,
                 "a view-change was signed for view " + std::to_string(changed_->view.value())};
  }
  change.signature = key_.sign(signed_bytes(change));
  changed_ = change;
  return change;
}

Result<NewView> SignGuard::sign(NewView new_view) {
  CHECK(new_view.chain == chain_ && new_view.epoch == epoch_);
  if (const auto fault = learner_fault(new_view.view)) return *fault;
  new_view.signer = self_;
  if (new_view_.has_value() && new_view.view <= new_view_->view) {
    new_view.signature = new_view_->signature;
    if (new_view == *new_view_) return new_view;
    return Error{ErrorCode::Conflict,
                 "a new-view was signed for view " + std::to_string(new_view_->view.value())};
  }
  new_view.signature = key_.sign(signed_bytes(new_view));
  new_view_ = new_view;
  return new_view;
}

Result<Complaint> SignGuard::sign(Complaint complaint) {
  CHECK(complaint.chain == chain_ && complaint.epoch == epoch_);
  if (is_learner()) return Error{ErrorCode::Refused, "a learner has no say in views"};
  complaint.signer = self_;
  complaint.signature = key_.sign(signed_bytes(complaint));
  return complaint;
}

bool SignGuard::is_learner() const {
  return learner_.has_value() && learner_->stage != LearnerStage::Back;
}

std::optional<Error> SignGuard::learner_fault(View view) const {
  if (!learner_.has_value()) return std::nullopt;
  if (learner_->stage >= LearnerStage::Returning && view > learner_->view) return std::nullopt;
  return Error{ErrorCode::Refused, "a learner forgot what it signed in view " +
                                       std::to_string(view.value()) + " and below"};
}

bool SignGuard::has_signed(const VoteStatement& statement) const {
  const auto found = signed_.find(slot_of(statement));
  return found != signed_.end() && found->second.statement == statement;
}

bool SignGuard::has_signed(const ViewChange& change) const {
  // What was forgotten is of view w + 1 or below (design/consensus.md §3.3), and whoever came back
  // votes above w alone: peers that still hold it tell of no other loss. A second view-change for
  // w + 1 says the same as the first, since nothing was voted in between.
  if (learner_.has_value() && learner_->stage >= LearnerStage::Returning &&
      change.view <= learner_->view.next())
    return true;
  return changed_.has_value() && (change.view < changed_->view || change == *changed_);
}

SignGuard::Slot SignGuard::slot_of(const VoteStatement& statement) {
  // Whatever a checkpoint says of views: one header a height.
  const bool has_view = statement.phase != Phase::Checkpoint;
  return {statement.height, statement.phase, has_view ? statement.view : View()};
}

void SignGuard::forget_up_to(Height stable) {
  if (stable <= stable_) return;
  stable_ = stable;
  signed_.erase(signed_.begin(), signed_.lower_bound({stable.next(), Phase::Prepare, View()}));
}

}  // namespace tally::consensus
