// Retransmission: nothing relies on a message arriving once (design/consensus.md §6).
#include "consensus/replica_inside.h"

#include <tally/base/limits.h>

namespace tally::consensus {
namespace {

/// A body that was sent this recently is probably on its way.
constexpr Duration kBodyPatience{1'000};

std::uint16_t bits_in_view(const std::vector<std::optional<Vote>>& places, View view) {
  unsigned bits = 0;
  for (std::size_t i = 0; i < places.size(); ++i)
    if (places[i].has_value() && places[i]->statement.view == view) bits |= 1U << i;
  return static_cast<std::uint16_t>(bits);
}

bool has_bit(std::uint16_t bits, std::size_t i) {
  return ((unsigned{bits} >> i) & 1U) != 0;
}

}  // namespace

SlotStatus Replica::Inside::slot_status(Height height, const Slot& slot) const {
  SlotStatus status;
  status.height = height;
  status.has_body = !slot.bodies.empty();
  status.prepares = bits_in_view(slot.prepares, view_);
  status.commits = bits_in_view(slot.commits, view_);
  unsigned checkpoints = 0;
  for (std::size_t i = 0; i < slot.checkpoints.size(); ++i)
    if (slot.checkpoints[i].has_value()) checkpoints |= 1U << i;
  status.checkpoints = static_cast<std::uint16_t>(checkpoints);
  return status;
}

void Replica::Inside::send_status() {
  Status status;
  status.epoch = epoch_.number;
  status.view = view_;
  status.stable = stable();
  status.executed = executed_;
  for (Height height = stable().next(); height <= window_.last_open(); height = height.next())
    if (const Slot* slot = window_.find(height)) status.slots.push_back(slot_status(height, *slot));
  broadcast(status);
}

void Replica::Inside::on(Status&& message, NodeIndex from) {
  if (message.epoch != epoch_.number) return;
  // Once a tick, or a peer that repeats its status could make us send without bound.
  if (!answered_.insert(from).second) return;
  if (message.stable < stable()) return send_to(from, stable_);
  if (message.stable > stable()) return;  // our own status will bring us its certificate

  std::size_t budget = limits::kStatusBytesMax;
  for (Height height = stable().next(); height <= window_.last_open(); height = height.next()) {
    SlotStatus theirs;
    theirs.height = height;
    for (const SlotStatus& slot : message.slots)
      if (slot.height == height) theirs = slot;
    if (message.view != view_) theirs.prepares = theirs.commits = 0xffff;  // of another view
    send_lacking(theirs, from, budget);
  }
}

void Replica::Inside::send_lacking(const SlotStatus& theirs, NodeIndex to, std::size_t& budget) {
  const Slot* slot = window_.find(theirs.height);
  if (slot == nullptr) return;
  const auto send_within = [this, to, &budget](const Message& message) {
    if (budget == 0) return;
    Bytes bytes = encode_message(message);
    // At least one whole message leaves, however large, or it would never arrive.
    budget -= bytes.size() < budget ? bytes.size() : budget;
    effects_.send(Frame{to, std::move(bytes)});
  };

  // The primary alone offers a body unasked; who lacks one for its votes fetches it.
  if (!theirs.has_body && slot->proposed_at.has_value() &&
      now_.monotonic.since(*slot->proposed_at) >= kBodyPatience) {
    const std::optional<Vote>& own = slot->prepares.at(self_.value());
    const auto body =
        own.has_value() ? slot->bodies.find(own->statement.digest) : slot->bodies.end();
    if (body != slot->bodies.end()) send_within(PrePrepare{*own, body->second});
  }
  for (std::size_t i = 0; i < epoch_.validators.size(); ++i) {
    const std::optional<Vote>& prepare_vote = slot->prepares[i];
    const std::optional<Vote>& commit_vote = slot->commits[i];
    if (prepare_vote.has_value() && prepare_vote->statement.view == view_ &&
        !has_bit(theirs.prepares, i))
      send_within(*prepare_vote);
    if (commit_vote.has_value() && commit_vote->statement.view == view_ &&
        !has_bit(theirs.commits, i))
      send_within(*commit_vote);
    if (slot->checkpoints[i].has_value() && !has_bit(theirs.checkpoints, i))
      send_within(*slot->checkpoints[i]);
  }
  // As a whole where its votes are not sent: of another view, or not kept because they vote twice.
  if (slot->committed.has_value() &&
      (slot->committed->statement.view != view_ ||
       slot->votes_for(slot->committed->statement).size() < epoch_.quorum().quorum()))
    send_within(*slot->committed);
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
    for (std::size_t step = 0; step < nodes; ++step) {
      // The signers in turn, so that a mute one is asked once and not for ever.
      const std::size_t i = (slot->next_to_ask + step) % nodes;
      const std::optional<Vote>& vote =
          slot->commits[i].has_value() ? slot->commits[i] : slot->prepares[i];
      // Whoever signed a committed digest or not: with a certificate, any peer may be asked.
      const Hash* wanted = slot->committed.has_value() ? &slot->committed->statement.digest
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
