// View changes: complaints, leaving a view, and entering the next (Castro & Liskov 1999 §4.4;
// design/consensus.md §6).
#include "consensus/replica_inside.h"

#include <tally/base/canary.h>
#include <tally/base/check.h>

#include <algorithm>

namespace tally::consensus {
namespace {

/// A complaint that does not rest on the ledger's standstill holds this many heights longer.
constexpr std::uint64_t kSlowComplaintHeights = 64;
/// T(k) has reached any cap by then.
constexpr unsigned kFailedViewsMax = 32;

}  // namespace

void Replica::Inside::on(Complaint&& message) {
  if (message.signer == self_ || message.view != view_) return;
  std::optional<Complaint>& place = complaints_.at(message.signer.value());
  if (!place.has_value() || place->stable <= message.stable) place = std::move(message);
}

void Replica::Inside::on(ViewChange&& message) {
  if (message.signer == self_) {
    if (!guard_.has_signed(message) && !is_learner())
      become_learner("a peer has its view-change for view " + std::to_string(message.view.value()) +
                     ", which its log lacks: the log is an older copy, or another node has this "
                     "key");
    return;
  }
  const bool is_laggards = !message.stable.has_value() || message.stable->header.height < stable();
  if (canary(9) && is_laggards && stable() > Height()) return;
  std::optional<ViewChange>& place = changes_.at(message.signer.value());
  if (place.has_value() && place->view == message.view && *place != message)
    fact("two_view_changes_of_one_view node=" + std::to_string(message.signer.value()) +
         " view=" + std::to_string(message.view.value()));
  if (!place.has_value() || place->view < message.view) place = std::move(message);
}

void Replica::Inside::on(NewView&& message) {
  const bool is_next = message.view > view_ || (message.view == view_ && changing_);
  if (is_next) return enter(std::move(message));
  if (proof_.has_value() && message.view == proof_->view && message != *proof_)
    fact("two_new_views_of_one_view node=" + std::to_string(message.signer.value()) +
         " view=" + std::to_string(message.view.value()));
}

bool Replica::Inside::is_rotation_due() const {
  if (epoch_.validators.size() < 2 || stable() <= base_.height || canary(38)) return false;
  return stable().value() - base_.height.value() >= epoch_.rotation_heights ||
         stable_.header.time.since(base_.time) >= epoch_.rotation;
}

std::optional<Replica::Inside::Cause> Replica::Inside::cause() const {
  if (changing_) {
    const bool is_bad =
        refused_new_view_ == view_ && count_changes(true) >= epoch_.quorum().quorum();
    if (is_bad || is_new_view_overdue()) return Cause{Reason::NoNewView, Rule::None, Hash()};
    return std::nullopt;
  }
  for (Height height = stable().next(); height <= window_.last_open(); height = height.next()) {
    const Slot* slot = window_.find(height);
    if (slot == nullptr) continue;
    const std::optional<Rule> rule = canary(22) ? std::nullopt : refusal(height, *slot);
    if (rule.has_value())
      return Cause{Reason::Refused, *rule, proposed_digest(height, *slot).value()};
  }
  if (is_progress_overdue()) return Cause{Reason::NoProgress, Rule::None, Hash()};
  if (is_rotation_due()) return Cause{Reason::Rotation, Rule::None, Hash()};
  if (passed_over_) return Cause{Reason::PassedOver, Rule::None, Hash()};
  return std::nullopt;
}

bool Replica::Inside::complain() {
  std::optional<Complaint>& own = complaints_.at(self_.value());
  const std::optional<Cause> why = is_voting() ? cause() : std::nullopt;
  if (!why.has_value()) {
    own.reset();
    return false;
  }
  if (own.has_value() && own->stable == stable() && own->reason == why->reason) return false;
  const Result<Complaint> complaint = guard_.sign(Complaint{epoch_.chain,
                                                            epoch_.number,
                                                            view_,
                                                            self_,
                                                            stable(),
                                                            why->reason,
                                                            why->rule,
                                                            why->digest,
                                                            {}});
  if (!complaint.ok()) return false;
  own = *complaint;
  broadcast(*own);
  fact("complaint view=" + std::to_string(view_.value()) + " reason=\"" +
       std::string(name_of(why->reason)) + "\" rule=" + std::string(name_of(why->rule)));
  return true;
}

bool Replica::Inside::counts(const Complaint& complaint) const {
  // Void after progress, so old hiccups neither add up nor replay, and a node that merely lags
  // cannot complain others away.
  if (complaint.view != view_) return false;
  const bool is_slow =
      complaint.reason == Reason::PassedOver || complaint.reason == Reason::Rotation;
  const std::uint64_t grace = is_slow ? kSlowComplaintHeights : 0;
  return complaint.stable.value() + grace >= stable().value();
}

bool Replica::Inside::leave_on_complaints() {
  std::vector<Complaint> valid;
  for (const std::optional<Complaint>& complaint : complaints_)
    if (complaint.has_value() && counts(*complaint)) valid.push_back(*complaint);
  if (valid.size() < (canary(13) ? 1 : epoch_.quorum().weak())) return false;
  if (!change_to(view_.next())) return false;
  // Passed on once, so that all leave together; again to whoever's status shows the old view.
  for (const Complaint& complaint : valid)
    if (complaint.signer != self_) broadcast(complaint);
  ended_ = std::move(valid);
  return true;
}

bool Replica::Inside::join() {
  std::vector<View> above;
  for (const std::optional<ViewChange>& change : changes_)
    if (change.has_value() && change->view > view_) above.push_back(change->view);
  if (above.size() < (canary(11) ? 1 : epoch_.quorum().weak())) return false;
  return change_to(canary(12) ? *std::ranges::max_element(above)
                              : *std::ranges::min_element(above));
}

bool Replica::Inside::may_change_to(View view) const {
  if (awaits_answers_ || halted_.has_value()) return false;
  if (!is_learner()) return true;
  return learner_->stage == LearnerStage::Returning && view > learner_->view;
}

bool Replica::Inside::change_to(View view) {
  if (!may_change_to(view)) return false;
  ViewChange change{epoch_.chain, epoch_.number, view, self_, std::nullopt, {}, {}};
  if (stable() > Height()) change.stable = stable_;
  // Whatever view it was prepared in: a certificate leaves by stability alone, so it survives any
  // number of failed views.
  for (Height height = stable().next(); height <= window_.last_open(); height = height.next())
    if (const Slot* slot = window_.find(height); slot != nullptr && slot->prepared.has_value())
      if (!canary(8) || slot->prepared->statement.view.next() == view)
        change.prepared.push_back(*slot->prepared);
  Result<ViewChange> sealed = guard_.sign(std::move(change));
  if (!sealed.ok()) {
    fact("view_change_refused reason=\"" + sealed.error().message + "\"");
    sign_refused_ = true;
    return false;
  }
  view_ = view;
  changing_ = true;
  failed_views_ = std::min(failed_views_ + 1, kFailedViewsMax);
  std::ranges::fill(complaints_, std::nullopt);
  new_view_since_.reset();
  refused_new_view_.reset();
  fact("view_change view=" + std::to_string(view.value()) + " stable=" +
       std::to_string(stable().value()) + " prepared=" + std::to_string(sealed->prepared.size()));
  effects_.records.emplace_back(Changing{*sealed});
  broadcast(*sealed);
  changes_.at(self_.value()) = std::move(*sealed);
  return true;
}

std::size_t Replica::Inside::count_changes(bool and_above) const {
  return static_cast<std::size_t>(std::ranges::count_if(changes_, [&](const auto& change) {
    return change.has_value() && (change->view == view_ || (and_above && change->view > view_));
  }));
}

bool Replica::Inside::make_new_view() {
  if (!changing_ || !is_primary() || awaits_answers_ || sign_refused_) return false;
  const std::optional<ViewChange>& own = changes_.at(self_.value());
  if (!own.has_value() || own->view != view_) return false;
  if (count_changes(false) < epoch_.quorum().quorum()) return false;
  NewView new_view{epoch_.chain, epoch_.number, view_, self_, {}, {}};
  for (const std::optional<ViewChange>& change : changes_)
    if (change.has_value() && change->view == view_) new_view.changes.push_back(*change);
  Result<NewView> sealed = guard_.sign(std::move(new_view));
  if (!sealed.ok()) {
    fact("new_view_refused reason=\"" + sealed.error().message + "\"");
    sign_refused_ = true;
    return false;
  }
  broadcast(*sealed);
  enter(std::move(*sealed));
  return true;
}

void Replica::Inside::enter(NewView new_view) {
  // Nobody's word is taken for what follows from V.
  std::vector<ViewChange> heard;
  for (const std::optional<ViewChange>& change : changes_)
    if (canary(5) && change.has_value()) heard.push_back(*change);
  Result<Choice> choice = choose(epoch_, canary(5) ? heard : new_view.changes);
  if (!choice.ok())
    return halt("new-view " + std::to_string(new_view.view.value()) + ": " +
                choice.error().message);
  effects_.records.emplace_back(Entered{new_view});
  view_ = new_view.view;
  changing_ = false;
  proof_ = std::move(new_view);
  std::ranges::fill(complaints_, std::nullopt);
  ended_.clear();
  refused_new_view_.reset();
  progress_since_.reset();
  passed_over_ = false;
  if (!adopt(*choice)) return;
  if (canary(27)) {  // each view counts its heights from the first
    stable_ = CertifiedHeader{epoch_base_, {}};
    window_ = Window(epoch_.validators.size(), epoch_.window);
  }
  fact("entered view=" + std::to_string(view_.value()) +
       " primary=" + std::to_string(epoch_.primary(view_).value()) +
       " base=" + std::to_string(base_.height.value()) + " top=" + std::to_string(top_.value()));
  fetch_missing_bodies();
}

bool Replica::Inside::adopt(const Choice& choice) {
  base_ = choice.base.has_value() ? choice.base->header : epoch_base_;
  top_ = canary(7) ? base_.height : choice.top;
  if (base_.height > stable()) set_stable(*choice.base);
  if (halted_.has_value()) return false;
  for (Height height = stable().next(); height <= window_.last_early(); height = height.next())
    if (Slot* slot = window_.slot(height)) {
      slot->chosen.reset();
      slot->proposed_at.reset();
    }
  for (const auto& [height, digest] : choice.digests) {
    Slot* slot = canary(7) ? nullptr : window_.slot(height);
    if (slot == nullptr) continue;  // stable here already
    slot->chosen = digest;
    const Proposal null = null_proposal(epoch_, height);
    if (proposal_digest(null) == digest) slot->bodies.emplace(digest, null);
    // What was committed below this view, its new-view must propose again. (Above it, another
    // digest may be: this new-view is then an old one, which nobody completes.)
    if (slot->committed.has_value() && slot->committed->statement.view < view_ &&
        slot->committed->statement.digest != digest) {
      halt("height " + std::to_string(height.value()) + " is committed with proposal " +
           to_hex(slot->committed->statement.digest.view()) + ", and view " +
           std::to_string(view_.value()) + " proposes " + to_hex(digest.view()));
      return false;
    }
  }
  return true;
}

}  // namespace tally::consensus
