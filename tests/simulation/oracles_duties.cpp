// Duties, timers and bounds, at the end of each round.
#include "simulation/oracles_duties.h"

#include <algorithm>

namespace tally::sim {
namespace {

using consensus::Phase;
using consensus::Reason;

std::string where(View view, Height height) {
  return " in view " + std::to_string(view.value()) + " at height " +
         std::to_string(height.value());
}

}  // namespace

DutyOracle::DutyOracle(const consensus::Epoch& epoch, bool calm, Verdict& verdict)
    : epoch_(epoch), verdict_(verdict), calm_(calm), nodes_(epoch.validators.size()) {}

void DutyOracle::fail(const char* oracle, NodeIndex node, const std::string& what) {
  verdict_.fail(oracle, "node " + std::to_string(node.value()) + " " + what);
}

void DutyOracle::on_start(NodeIndex node, const node::NodeStatus& status, Timestamp now) {
  Node& self = nodes_.at(node.value());
  // What waited in its memory is gone; its log is not.
  self.offers.clear();
  self.executed.clear();
  self.refused.reset();
  self.now = self.since = now;
  self.view = status.view;
  self.changing = status.changing;
  self.stable = status.stable;
}

void DutyOracle::on_logged(NodeIndex node, const consensus::VoteRecord& record) {
  const auto* voted = std::get_if<consensus::Voted>(&record);
  if (voted == nullptr) return;
  const consensus::VoteStatement& statement = voted->vote.statement;
  Node& self = nodes_.at(node.value());
  if (statement.phase == Phase::Prepare) self.prepared.emplace(statement.view, statement.height);
  if (statement.phase == Phase::Checkpoint) self.checkpoints.insert(statement.height);
}

void DutyOracle::on_offered(NodeIndex node, const consensus::Vote& fresh) {
  const consensus::VoteStatement& statement = fresh.statement;
  Node& self = nodes_.at(node.value());
  // To one that is in a view below it may come too early: its place may hold this peer's vote of
  // that view, which goes first (§4, Early and odd messages).
  if (statement.view == self.view) self.offers.push_back({statement.view, statement.height});
}

void DutyOracle::on_executed(NodeIndex node, Height height) {
  nodes_.at(node.value()).executed.emplace_back(height, false);
}

void DutyOracle::on_step(NodeIndex node, Timestamp now, bool drained) {
  Node& self = nodes_.at(node.value());
  self.now = now;
  for (auto& [height, heard] : self.executed)
    heard = true;  // what comes from within is taken as a whole
  if (!drained) return;
  for (Offer& offer : self.offers)
    offer.handled = true;
}

void DutyOracle::on_send(NodeIndex node, const consensus::Message& message) {
  const auto* complaint = std::get_if<consensus::Complaint>(&message);
  if (complaint != nullptr && complaint->signer == node) check_complaint(node, *complaint);
}

/// T1: the progress timer runs T(k) ≥ request_timeout from the last certified height, or from the
/// view's beginning, whichever is later (design/consensus.md §6); by the node's own clock.
/// C1: in a calm world each primary is quick and fair, so only planned rotation ends its turn.
void DutyOracle::check_complaint(NodeIndex node, const consensus::Complaint& complaint) {
  Node& self = nodes_.at(node.value());
  const std::string what = "complains" + where(complaint.view, complaint.stable) + " (" +
                           std::string(consensus::name_of(complaint.reason)) + ") ";
  const std::pair place(complaint.view, complaint.stable);
  if (complaint.reason == Reason::Refused)
    self.refused = std::max(self.refused.value_or(place), place);
  // Those that ended a view below are sent again to whoever is still there.
  if (complaint.reason == Reason::NoProgress && complaint.view >= self.view) {
    const bool is_new = complaint.view != self.view || complaint.stable > self.stable;
    const Duration waited = is_new ? Duration() : self.now.since(self.since);
    if (waited < epoch_.request_timeout)
      fail("T1", node, what + "after " + std::to_string(waited.milliseconds()) + " ms");
  }
  if (calm_ && complaint.reason != Reason::Rotation)
    fail("C1", node, what + "though nothing is wrong in this world");
}

void DutyOracle::on_round(NodeIndex node, const node::NodeStatus& status, View highest) {
  Node& self = nodes_.at(node.value());
  const bool has_entered = !status.changing && (self.changing || status.view != self.view);
  if (status.stable > self.stable || has_entered) self.since = self.now;
  self.view = status.view;
  self.changing = status.changing;
  self.stable = status.stable;

  std::erase_if(self.offers, [&](const Offer& offer) {
    return offer.height <= self.stable || offer.view < self.view;
  });
  std::erase_if(self.executed, [&](const auto& done) { return done.first <= self.stable; });
  std::erase_if(self.prepared, [&](const auto& slot) { return slot.second <= self.stable; });
  self.checkpoints.erase(self.checkpoints.begin(), self.checkpoints.upper_bound(self.stable));
  // Slots are dropped when their height is stable: (s, s + 2W] at most (§4, Window).
  if (status.open_heights > 2 * epoch_.window)
    fail("O13", node, "keeps " + std::to_string(status.open_heights) + " heights");
  if (!status.voting) return;
  check_checkpoints(node, status);
  if (!status.changing) check_offers(node, status, highest);
}

/// A1: a correct primary sends one fresh proposal for a view and height. Who is in that view and
/// height prepares it, or complains at once of the rule that it breaks (§4, step 2; `Refused`).
/// Where a view above was called for, another proposal may be committed at this height: excused.
void DutyOracle::check_offers(NodeIndex node, const node::NodeStatus& status, View highest) {
  const Node& self = nodes_.at(node.value());
  for (const Offer& offer : self.offers) {
    const bool is_due = offer.handled && offer.view == status.view && highest <= offer.view &&
                        offer.height == status.stable.next();
    if (!is_due || self.prepared.contains({offer.view, offer.height})) continue;
    if (self.refused == std::pair(offer.view, status.stable)) continue;
    fail("A1", node, "neither prepares nor refuses the proposal" + where(offer.view, offer.height));
  }
}

/// A2: a block that is executed and not yet certified has this node's checkpoint vote (§4, step 5).
void DutyOracle::check_checkpoints(NodeIndex node, const node::NodeStatus& status) {
  const Node& self = nodes_.at(node.value());
  for (const auto& [height, heard] : self.executed)
    if (heard && !self.checkpoints.contains(height))
      fail("A2", node, "executed and does not vote for its header" + where(status.view, height));
}

}  // namespace tally::sim
