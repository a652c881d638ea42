// Retransmission: nothing relies on a message arriving once (design/consensus.md §6).
#include "consensus/replica_inside.h"

#include <tally/base/canary.h>
#include <tally/base/limits.h>

#include <algorithm>

namespace tally::consensus {
namespace {

/// Bit i: something stands in place i that counts.
template <typename T, typename Counts>
std::uint16_t bits_of(const std::vector<std::optional<T>>& places, Counts counts) {
  unsigned bits = 0;
  for (std::size_t i = 0; i < places.size(); ++i)
    if (places[i].has_value() && counts(*places[i])) bits |= 1U << i;
  return static_cast<std::uint16_t>(bits);
}

bool has_bit(std::uint16_t bits, std::size_t i) {
  return ((unsigned{bits} >> i) & 1U) != 0;
}

}  // namespace

SlotStatus Replica::Inside::slot_status(Height height, const Slot& slot) const {
  SlotStatus status;
  status.height = height;
  const std::optional<Hash> digest = proposed_digest(height, slot);
  status.has_body = digest.has_value() && slot.bodies.contains(*digest);
  status.is_committed = slot.committed.has_value();
  const auto is_of_view = [this](const Vote& vote) { return vote.statement.view == view_; };
  status.prepares = bits_of(slot.prepares, is_of_view);
  status.commits = bits_of(slot.commits, is_of_view);
  status.checkpoints = bits_of(slot.checkpoints, [](const Checkpoint&) { return true; });
  return status;
}

void Replica::Inside::send_status() {
  Status status;
  status.epoch = epoch_.number;
  status.view = view_;
  status.changing = changing_;
  if (changing_)
    status.view_changes =
        bits_of(changes_, [this](const ViewChange& change) { return change.view == view_; });
  status.complaints = bits_of(complaints_, [](const Complaint&) { return true; });
  status.nonce = nonce();
  status.stable = stable();
  status.executed = executed_;
  for (Height height = stable().next(); height <= window_.last_open(); height = height.next())
    if (const Slot* slot = window_.find(height)) status.slots.push_back(slot_status(height, *slot));
  broadcast(status);
}

void Replica::Inside::on(Status&& message, NodeIndex from) {
  if (message.epoch != epoch_.number) return;
  if (message.nonce == 0)
    ready_.insert(from);
  else
    ready_.erase(from);
  // Once a tick, or a peer that repeats its status could make us send without bound.
  if (!answered_.insert(from).second) return;
  if (message.nonce != 0) send_to(from, answer_for(from, message.nonce));
  if (canary(16)) return;
  std::size_t budget = limits::kStatusBytesMax;
  if (message.stable < stable()) send_within(budget, from, stable_);
  send_view_of(message, from, budget);
  // Above ours: our own status will bring us its certificate.
  if (message.stable != stable()) return;
  for (Height height = stable().next(); height <= window_.last_open(); height = height.next()) {
    SlotStatus theirs;
    theirs.height = height;
    for (const SlotStatus& slot : message.slots)
      if (slot.height == height) theirs = slot;
    // Votes of another view than the one that both are in help nobody.
    if (message.view != view_ || message.changing || changing_)
      theirs.prepares = theirs.commits = 0xffff;
    send_lacking(theirs, from, budget);
  }
}

void Replica::Inside::send_within(std::size_t& budget, NodeIndex to, const Message& message) {
  if (budget == 0) return;
  Bytes bytes = encode_message(message);
  // At least one whole message leaves, however large, or it would never arrive.
  budget -= std::min(budget, bytes.size());
  effects_.send(Frame{to, std::move(bytes)});
}

void Replica::Inside::send_view_of(const Status& theirs, NodeIndex to, std::size_t& budget) {
  const bool is_behind = theirs.view < view_ || (theirs.view == view_ && theirs.changing);
  if (!changing_ && is_behind && proof_.has_value()) send_within(budget, to, *proof_);
  if (theirs.view < view_)
    for (const Complaint& complaint : ended_)
      if (complaint.view == theirs.view) send_within(budget, to, complaint);
  if (theirs.view == view_)
    for (const std::optional<Complaint>& complaint : complaints_)
      if (complaint.has_value() && !has_bit(theirs.complaints, complaint->signer.value()))
        send_within(budget, to, *complaint);
  for (const std::optional<ViewChange>& change : changes_) {
    if (!changing_ || !change.has_value() || change->signer == to) continue;
    const bool is_pending_there = theirs.changing && theirs.view == change->view;
    const bool is_lacking =
        change->view > theirs.view ||
        (is_pending_there && !has_bit(theirs.view_changes, change->signer.value()));
    if (is_lacking) send_within(budget, to, *change);
  }
}

void Replica::Inside::send_lacking(const SlotStatus& theirs, NodeIndex to, std::size_t& budget) {
  const Slot* slot = window_.find(theirs.height);
  if (slot == nullptr) return;
  const auto send_lacked = [&](const Message& message) { send_within(budget, to, message); };

  // The primary alone offers a body unasked; who lacks one for its votes fetches it.
  if (!theirs.has_body && slot->proposed_at.has_value() &&
      now_.monotonic.since(*slot->proposed_at).milliseconds() >=
          2 * status_period().milliseconds()) {
    const std::optional<Vote>& own = slot->prepares.at(self_.value());
    const auto body =
        own.has_value() ? slot->bodies.find(own->statement.digest) : slot->bodies.end();
    if (body != slot->bodies.end()) send_lacked(PrePrepare{*own, body->second});
  }
  bool sent_commits = false;
  for (std::size_t i = 0; i < epoch_.validators.size(); ++i) {
    const std::optional<Vote>& prepare_vote = slot->prepares[i];
    const std::optional<Vote>& commit_vote = slot->commits[i];
    if (prepare_vote.has_value() && prepare_vote->statement.view == view_ &&
        !has_bit(theirs.prepares, i))
      send_lacked(*prepare_vote);
    if (commit_vote.has_value() && commit_vote->statement.view == view_ &&
        !has_bit(theirs.commits, i)) {
      send_lacked(*commit_vote);
      sent_commits = true;
    }
    if (slot->checkpoints[i].has_value() && !has_bit(theirs.checkpoints, i))
      send_lacked(*slot->checkpoints[i]);
  }
  // As a whole where votes do not help: they are of another view, or a liar's other vote stands
  // there in the place of the one that counts.
  if (slot->committed.has_value() && !theirs.is_committed && !sent_commits)
    send_lacked(*slot->committed);
}

void Replica::Inside::on(FetchProposal&& message, NodeIndex from) {
  const Slot* slot = window_.find(message.height);
  if (slot == nullptr) return;
  const auto body = slot->bodies.find(message.digest);
  if (body != slot->bodies.end() && bodies_sent_.emplace(from, message.height).second)
    send_to(from, ProposalBody{body->second});
}

void Replica::Inside::on(ProposalBody&& message) {
  Slot* slot = window_.slot(message.proposal.height);
  if (slot == nullptr) return;
  const Hash digest = proposal_digest(message.proposal);
  slot->keep_body(digest, std::move(message.proposal));
}

void Replica::Inside::fetch_missing_bodies() {
  const std::size_t nodes = epoch_.validators.size();
  for (Height height = stable().next(); height <= window_.last_open(); height = height.next()) {
    Slot* slot = window_.slot(height);
    if (slot->chosen.has_value() && canary(19)) continue;
    for (std::size_t step = 0; step < nodes; ++step) {
      // The signers in turn, so that a mute one is asked once and not for ever.
      const std::size_t i = (slot->next_to_ask + step) % nodes;
      const std::optional<Vote>& vote =
          slot->commits[i].has_value() ? slot->commits[i] : slot->prepares[i];
      // Whoever signed a committed digest or not: with a certificate, any peer may be asked.
      const Hash* wanted = slot->committed.has_value() ? &slot->committed->statement.digest
                           : slot->chosen.has_value()  ? &*slot->chosen
                           : vote.has_value()          ? &vote->statement.digest
                                                       : nullptr;
      if (i == self_.value() || wanted == nullptr || slot->bodies.contains(*wanted)) continue;
      send_to(NodeIndex(static_cast<std::uint16_t>(i)), FetchProposal{height, *wanted});
      slot->next_to_ask = i + 1;
      break;
    }
  }
}

}  // namespace tally::consensus
