// Open heights, and what is kept of them.
#include "consensus/window.h"

namespace tally::consensus {

bool Slot::names(const Hash& digest) const {
  const auto named = [&digest](const std::optional<Vote>& vote) {
    return vote.has_value() && vote->statement.digest == digest;
  };
  for (const auto& vote : prepares)
    if (named(vote)) return true;
  for (const auto& vote : commits)
    if (named(vote)) return true;
  if (chosen == digest) return true;
  return (prepared.has_value() && prepared->statement.digest == digest) ||
         (committed.has_value() && committed->statement.digest == digest);
}

void Slot::keep_body(const Hash& digest, Proposal body) {
  // Not one that the log has: a certificate that others hold may still choose it, and then this
  // node is one of those it is asked of.
  std::erase_if(bodies, [this](const auto& kept) {
    return !names(kept.first) && !logged.contains(kept.first);
  });
  std::erase_if(refused, [this](const auto& kept) { return !names(kept.first); });
  if (names(digest)) bodies.try_emplace(digest, std::move(body));
}

std::vector<Vote> Slot::votes_for(const VoteStatement& statement) const {
  std::vector<Vote> votes;
  if (statement.phase == Phase::Checkpoint) {
    for (const auto& checkpoint : checkpoints)
      if (checkpoint.has_value() && checkpoint_statement(checkpoint->header) == statement)
        votes.push_back(Vote{statement, checkpoint->signer, checkpoint->signature});
    return votes;
  }
  for (const auto& vote : statement.phase == Phase::Prepare ? prepares : commits)
    if (vote.has_value() && vote->statement == statement) votes.push_back(*vote);
  return votes;
}

Slot* Window::slot(Height height) {
  if (height <= stable_ || height.value() - stable_.value() > 2 * size_) return nullptr;
  return &slots_.try_emplace(height, nodes_).first->second;
}

const Slot* Window::find(Height height) const {
  const auto found = slots_.find(height);
  return found == slots_.end() ? nullptr : &found->second;
}

bool Window::is_open(Height height) const {
  return height > stable_ && height.value() - stable_.value() <= size_;
}

void Window::advance_to(Height stable) {
  if (stable <= stable_) return;
  stable_ = stable;
  if (canary(24)) return;
  slots_.erase(slots_.begin(), slots_.upper_bound(stable));
}

bool keep_vote(std::vector<std::optional<Vote>>& places, const Vote& vote, View view) {
  if (vote.statement.view < view) return true;
  std::optional<Vote>& place = places.at(vote.signer.value());
  if (!place.has_value()) {
    place = vote;
    return true;
  }
  if (place->statement.view == vote.statement.view) return place->statement == vote.statement;
  if (place->statement.view == view) return true;
  if (vote.statement.view == view || vote.statement.view > place->statement.view) place = vote;
  return true;
}

}  // namespace tally::consensus
