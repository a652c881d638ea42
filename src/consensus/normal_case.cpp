// The normal case: pre-prepare, prepare, commit (Castro & Liskov 1999 §4.2, with signatures; the
// pre-prepare's signature is the primary's prepare).
#include "consensus/replica_inside.h"

#include <tally/base/canary.h>
#include <tally/base/check.h>

#include <algorithm>

namespace tally::consensus {

void Replica::Inside::on(PrePrepare&& message) {
  Slot* slot = window_.slot(message.vote.statement.height);
  if (slot == nullptr) return;
  const Hash digest = message.vote.statement.digest;
  on(Vote(message.vote));
  slot->keep_body(digest, std::move(message.proposal));
}

void Replica::Inside::on(Vote&& message) {
  Slot* slot = window_.slot(message.statement.height);
  if (slot == nullptr || is_own(message.statement, message.signer)) return;
  keep(message, *slot);
}

void Replica::Inside::keep(const Vote& vote, Slot& slot) {
  auto& places = vote.statement.phase == Phase::Prepare ? slot.prepares : slot.commits;
  if (canary(29) && slot.bodies.empty()) return;
  if (!keep_vote(places, vote, view_))
    fact("two_votes_in_one_slot node=" + std::to_string(vote.signer.value()) +
         " height=" + std::to_string(vote.statement.height.value()));
}

void Replica::Inside::keep_votes_of(const Certificate& certificate, Slot& slot) {
  // So that the votes can be passed on one by one, also after a restart; ours we have.
  for (const VoteSignature& vote : certificate.votes)
    if (vote.signer != self_) keep(Vote{certificate.statement, vote.signer, vote.signature}, slot);
}

void Replica::Inside::on(Certificate&& message) {
  const VoteStatement& committed = message.statement;
  if (committed.height == stable() && committed.digest != stable_.header.proposal &&
      stable() > Height())
    return halt("height " + std::to_string(stable().value()) + " is certified with proposal " +
                to_hex(stable_.header.proposal.view()) + " and committed with " +
                to_hex(committed.digest.view()));
  Slot* slot = window_.slot(committed.height);
  if (slot == nullptr) return;
  if (slot->committed.has_value()) {
    if (slot->committed->statement.digest == committed.digest) return;
    return halt(
        "height " + std::to_string(committed.height.value()) +
        " is committed with two proposals: " + to_hex(slot->committed->statement.digest.view()) +
        " and " + to_hex(committed.digest.view()));
  }
  effects_.records.emplace_back(Committed{message});
  keep_votes_of(message, *slot);
  slot->committed = std::move(message);
  if (!canary(104)) progress_since_.reset();
}

void Replica::Inside::handle(Candidate candidate) {
  const std::optional<Height> height = next_to_propose();
  if (!height.has_value()) return;
  const std::optional<Timestamp> before = time_before(*height);
  CHECK(before.has_value());

  Proposal proposal;
  proposal.chain = epoch_.chain;
  proposal.epoch = epoch_.number;
  proposal.height = *height;
  proposal.time = candidate_time(*before);
  proposal.payload = std::move(candidate.payload);
  const Hash digest = proposal_digest(proposal);

  Slot* slot = window_.slot(*height);
  CHECK(slot != nullptr);
  const std::optional<Vote> vote =
      sign(statement(Phase::Prepare, *height, digest), *slot, &proposal);
  if (!vote.has_value()) return;
  CHECK(keep_vote(slot->prepares, *vote, view_));
  broadcast(PrePrepare{*vote, proposal});
  slot->bodies.emplace(digest, std::move(proposal));
  slot->proposed_at = now_.monotonic;
}

std::optional<Hash> Replica::Inside::proposed_digest(Height height, const Slot& slot) const {
  if (slot.chosen.has_value()) return slot.chosen;
  if (height <= top_) return std::nullopt;
  // Whether the primary's prepare and its body came together or from two peers is all the same.
  const std::optional<Vote>& proposed = slot.prepares.at(epoch_.primary(view_).value());
  if (!proposed.has_value() || proposed->statement.view != view_) return std::nullopt;
  return proposed->statement.digest;
}

std::optional<Rule> Replica::Inside::refusal(Height height, const Slot& slot) const {
  const std::optional<Hash> digest = proposed_digest(height, slot);
  // What was chosen is not judged again: f+1 correct nodes did, maybe an hour ago.
  if (!digest.has_value() || (slot.chosen.has_value() && !canary(35))) return std::nullopt;
  // Once it was judged good here or by a quorum, time cannot make it bad.
  const std::optional<Vote>& own = slot.prepares.at(self_.value());
  if (own.has_value() && own->statement.view == view_) return std::nullopt;
  if (slot.committed.has_value() ||
      (slot.prepared.has_value() && slot.prepared->statement.view == view_))
    return std::nullopt;
  const auto body = slot.bodies.find(*digest);
  if (body == slot.bodies.end()) return std::nullopt;
  // A null proposal comes out of a new-view alone.
  if (body->second.kind != ProposalKind::Ordinary && !slot.chosen.has_value()) return Rule::Form;
  const auto refused = slot.refused.find(*digest);
  if (refused != slot.refused.end()) return refused->second;
  const std::optional<Timestamp> before = time_before(height);
  if (before.has_value() && !is_in_time(body->second, *before)) return Rule::Clock;
  return std::nullopt;
}

bool Replica::Inside::prepare(Height height, Slot& slot) {
  if (!is_voting() || changing_) return false;
  const std::optional<Vote>& own = slot.prepares.at(self_.value());
  if (own.has_value() && own->statement.view == view_) return false;
  const std::optional<Hash> digest = proposed_digest(height, slot);
  if (!digest.has_value()) return false;
  const auto body = slot.bodies.find(*digest);
  if (body == slot.bodies.end() || !time_before(height).has_value()) return false;
  // Another one may be committed in a view above, of which this node has but the certificate.
  if (slot.committed.has_value() && slot.committed->statement.digest != *digest) return false;
  if (refusal(height, slot).has_value()) return false;

  const std::optional<Vote> vote =
      sign(statement(Phase::Prepare, height, *digest), slot, &body->second);
  if (!vote.has_value()) return false;
  CHECK(keep_vote(slot.prepares, *vote, view_));
  broadcast(*vote);
  return true;
}

bool Replica::Inside::become_prepared(Height height, Slot& slot) {
  if (changing_) return false;  // what was prepared in views below is in the own view-change
  if (slot.prepared.has_value() && slot.prepared->statement.view == view_) return false;
  // Of any digest: the primary may have sent another to us than to the quorum.
  for (const std::optional<Vote>& candidate : slot.prepares) {
    if (!candidate.has_value() || candidate->statement.view != view_) continue;
    std::optional<Certificate> certificate =
        assemble_certificate(epoch_, candidate->statement, slot.votes_for(candidate->statement));
    if (!certificate.has_value()) continue;
    CHECK(certificate->statement.height == height);
    effects_.records.emplace_back(Prepared{*certificate});
    slot.prepared = std::move(certificate);
    return true;
  }
  return false;
}

bool Replica::Inside::commit(Height height, Slot& slot) {
  if (!is_voting() || changing_) return false;
  if (!slot.prepared.has_value() || slot.prepared->statement.view != view_) return false;
  const std::optional<Vote>& own = slot.commits.at(self_.value());
  if (own.has_value() && own->statement.view == view_) return false;
  const Hash digest = slot.prepared->statement.digest;
  const auto body = slot.bodies.find(digest);
  if (body == slot.bodies.end()) return false;

  // With the body, since a prepared digest must survive: our own prepare may have gone elsewhere.
  const std::optional<Vote> vote =
      sign(statement(Phase::Commit, height, digest), slot, &body->second);
  if (!vote.has_value()) return false;
  CHECK(keep_vote(slot.commits, *vote, view_));
  broadcast(*vote);
  return true;
}

bool Replica::Inside::become_committed(Height height, Slot& slot) {
  if (slot.committed.has_value()) return false;
  for (const std::optional<Vote>& candidate : slot.commits) {
    if (!candidate.has_value()) continue;
    std::optional<Certificate> certificate =
        assemble_certificate(epoch_, candidate->statement, slot.votes_for(candidate->statement));
    if (!certificate.has_value()) continue;
    CHECK(certificate->statement.height == height);
    effects_.records.emplace_back(Committed{*certificate});
    slot.committed = std::move(certificate);
    if (!canary(104)) progress_since_.reset();
    return true;
  }
  return false;
}

bool Replica::Inside::hand_over(Height height, Slot& slot) {
  if (!slot.committed.has_value() || slot.handed_over || executed_.next() != height) return false;
  const auto body = slot.bodies.find(slot.committed->statement.digest);
  if (body == slot.bodies.end()) return false;
  slot.handed_over = true;
  effects_.execute.push_back(CommittedProposal{body->second, *slot.committed});
  return true;
}

std::optional<Timestamp> Replica::Inside::time_before(Height height) const {
  // As the header's: at least a step after the one before, whatever the proposal says.
  Timestamp time = stable_.header.time;
  for (Height before = stable().next(); before < height; before = before.next()) {
    const Slot* slot = window_.find(before);
    if (slot == nullptr) return std::nullopt;
    const std::optional<Hash> digest = proposed_digest(before, *slot);
    const auto body = digest.has_value() ? slot->bodies.find(*digest) : slot->bodies.end();
    if (body == slot->bodies.end()) return std::nullopt;
    time = std::max(body->second.time, time.plus(Duration(1)));
  }
  return time;
}

bool Replica::Inside::is_in_time(const Proposal& proposal, Timestamp before) const {
  // design/consensus.md §8. The least step is always in time, so that a block far ahead of the
  // clocks stops nobody; the bound widens with failed views, so a bad choice of it does neither.
  const Timestamp least = before.plus(Duration(1));
  const Duration bound(epoch_.clock_bound.milliseconds() << std::min(failed_views_, 4U));
  if (proposal.time == least) return true;
  return proposal.time > least && proposal.time <= now_.utc.plus(bound) &&
         proposal.time >= now_.utc.minus(bound);
}

Timestamp Replica::Inside::candidate_time(Timestamp before) const {
  return std::max(now_.utc, before.plus(Duration(1)));
}

std::optional<Height> Replica::Inside::next_to_propose() const {
  if (!is_primary() || !is_voting() || changing_ || executed_ < stable()) return std::nullopt;
  for (Height height = stable().next(); height <= window_.last_open(); height = height.next()) {
    const Slot* slot = window_.find(height);
    const bool decided = slot != nullptr && slot->committed.has_value();
    if (decided || (slot != nullptr && proposed_digest(height, *slot).has_value())) continue;
    return time_before(height).has_value() ? std::optional(height) : std::nullopt;
  }
  return std::nullopt;
}

void Replica::Inside::want_candidate() {
  const std::optional<Height> height = next_to_propose();
  // A candidate that the guard refused would be refused again, and at once.
  if (halted_.has_value() || sign_refused_ || !height.has_value()) return;
  const Timestamp idle_until = idle_since_.plus(epoch_.idle_block);
  const bool idle_is_over = now_.monotonic >= idle_until;
  // The first block waits until all have their answers: who sees a block before would be a learner.
  const bool all_are_here = *height != Height(1) || ready_.size() + 1 >= epoch_.validators.size();
  effects_.wants_candidate = idle_is_over || (all_are_here && (work_pending_ || behind_));
  effects_.may_be_empty = idle_is_over || behind_;
  effects_.candidate_time = candidate_time(time_before(*height).value());
  if (!effects_.wants_candidate) effects_.wake_at = std::min(effects_.wake_at.value(), idle_until);
}

}  // namespace tally::consensus
