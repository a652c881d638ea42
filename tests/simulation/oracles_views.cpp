// View changes, judged from the logs and frames of correct nodes.
#include "simulation/oracles_views.h"

#include "simulation/page_encoding.h"

#include <algorithm>

namespace tally::sim {
namespace {

using consensus::Phase;
using consensus::Reason;

/// design/consensus.md §6: complaints that do not rest on a standstill hold so many heights longer.
constexpr std::uint64_t kSlowHeights = 64;

std::string text(View view) {
  return "view " + std::to_string(view.value());
}
std::string text(Height height) {
  return "height " + std::to_string(height.value());
}

}  // namespace

ViewOracle::ViewOracle(const consensus::Epoch& epoch, const consensus::Header& genesis,
                       std::vector<bool> correct, Verdict& verdict)
    : epoch_(epoch),
      verdict_(verdict),
      correct_(std::move(correct)),
      nodes_(correct_.size()),
      start_{.base = genesis.height, .base_time = genesis.time, .top = genesis.height} {
  times_[genesis.height] = genesis.time;
}

void ViewOracle::fail(const char* oracle, NodeIndex node, const std::string& what) {
  verdict_.fail(oracle, "node " + std::to_string(node.value()) + " " + what);
}

void ViewOracle::on_logged(NodeIndex node, const consensus::VoteRecord& record) {
  if (!is_correct(node)) return;
  if (const auto* voted = std::get_if<consensus::Voted>(&record))
    on_own(node, voted->vote);
  else if (const auto* changing = std::get_if<consensus::Changing>(&record))
    on_own(node, changing->own);
  else if (const auto* new_view = std::get_if<consensus::Entered>(&record))
    on_entered(node, new_view->proof);
}

/// V1: in (base, top] of its view a node prepares what the new-view that it entered with decides,
/// and nothing at or below base. (A liar may send two new-views of one view, so each node is held
/// to its own; its log has it before the vote, §3.2.)
void ViewOracle::on_own(NodeIndex node, const consensus::Vote& vote) {
  const consensus::VoteStatement& statement = vote.statement;
  Node& self = nodes_[node.value()];
  if (statement.phase == Phase::Commit) {
    View& view = self.committed_in[statement.height];
    view = std::max(view, statement.view);
  }
  if (statement.phase != Phase::Prepare) return;
  const std::string what =
      "prepares " + text(statement.height) + " in " + text(statement.view) + ", ";
  const Entered* now = entered(node, statement.view);
  if (now == nullptr) return fail("V1", node, what + "whose new-view its log does not hold");
  if (statement.height <= now->base)
    return fail("V1", node, what + "which stands on " + text(now->base));
  if (statement.height <= now->top && now->digests.at(statement.height) != statement.digest)
    fail("V1", node, what + "with another proposal than its new-view decides");
}

/// V2: a view-change shows, for each height above its C where its sender committed in a view below,
/// a prepared certificate of that view or one above (§11, Evidence).
/// V3: views climb by one. f+1 complaints lead from w−1 to w; whoever joins or enters follows f+1
/// others, one of them correct. So the highest view that a correct node calls for rises by one.
void ViewOracle::on_own(NodeIndex node, const consensus::ViewChange& change) {
  Node& self = nodes_[node.value()];
  const std::string what = "calls for " + text(change.view);
  if (change.view > highest_logged_.next())
    fail("V3", node,
         what + ", though no correct node called for one above " + text(highest_logged_));
  highest_logged_ = std::max(highest_logged_, change.view);
  self.called = std::max(self.called, change.view);

  const Height stable = change.stable.has_value() ? change.stable->header.height : Height();
  self.committed_in.erase(self.committed_in.begin(), self.committed_in.upper_bound(stable));
  for (const auto& [height, view] : self.committed_in) {
    if (view >= change.view) continue;  // an old record, read again
    const auto shown = std::ranges::find(
        change.prepared, height, [](const auto& prepared) { return prepared.statement.height; });
    if (shown == change.prepared.end() || shown->statement.view < view)
      fail("V2", node,
           what + " without the proof of " + text(height) + ", where it sent a commit in " +
               text(view));
  }
}

void ViewOracle::on_entered(NodeIndex node, const consensus::NewView& new_view) {
  if (new_view.view > highest_logged_)
    fail("V3", node, "enters " + text(new_view.view) + ", which no correct node called for");
  auto& known = nodes_[node.value()].entered;
  if (!known.contains(new_view.view)) known.emplace(new_view.view, choose(new_view.changes));
}

/// §6, again: base is the highest C; at each height above it up to the highest P, the certificate
/// of the highest view, else null.
ViewOracle::Entered ViewOracle::choose(const std::vector<consensus::ViewChange>& changes) const {
  Entered chosen = start_;
  for (const consensus::ViewChange& change : changes)
    if (change.stable.has_value() && change.stable->header.height > chosen.base) {
      chosen.base = change.stable->header.height;
      chosen.base_time = change.stable->header.time;
    }
  chosen.top = chosen.base;
  std::map<Height, View> from;
  for (const consensus::ViewChange& change : changes)
    for (const consensus::Certificate& prepared : change.prepared) {
      const consensus::VoteStatement& statement = prepared.statement;
      if (statement.height <= chosen.base) continue;
      chosen.top = std::max(chosen.top, statement.height);
      const auto [place, is_new] = from.emplace(statement.height, statement.view);
      if (!is_new && statement.view <= place->second) continue;
      place->second = statement.view;
      chosen.digests[statement.height] = statement.digest;
    }
  for (Height height = chosen.base.next(); height <= chosen.top; height = height.next())
    if (!chosen.digests.contains(height))
      chosen.digests.emplace(height, page::null_digest(epoch_, height));
  return chosen;
}

const ViewOracle::Entered* ViewOracle::entered(NodeIndex node, View view) const {
  if (view == View()) return &start_;
  const auto& known = nodes_[node.value()].entered;
  const auto found = known.find(view);
  return found == known.end() ? nullptr : &found->second;
}

void ViewOracle::on_send(NodeIndex node, const consensus::Message& message) {
  if (!is_correct(node)) return;
  if (const auto* change = std::get_if<consensus::ViewChange>(&message)) {
    if (change->signer == node) check_call(node, *change);
  } else if (const auto* complaint = std::get_if<consensus::Complaint>(&message)) {
    if (complaint->signer == node) check_complaint(node, *complaint);
  }
}

/// V4: who calls for a view first has f+1 complaints against the one before, each of them not void
/// at its stable height. Its own need not have left: a crash may have come before.
void ViewOracle::check_call(NodeIndex node, const consensus::ViewChange& change) {
  if (change.view <= highest_said_) return;
  highest_said_ = change.view;
  const View before(change.view.value() - 1);
  const std::uint64_t stable = change.stable.has_value() ? change.stable->header.height.value() : 0;
  std::size_t complained = 0;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const auto found = nodes_[i].complaints.find(before);
    const bool counts = found != nodes_[i].complaints.end() && found->second >= stable;
    if (!correct_[i] || i == node.value() || counts) ++complained;
  }
  if (complained < page::weak_quorum(nodes_.size()))
    fail("V4", node,
         "calls for " + text(change.view) + " first, though at most " + std::to_string(complained) +
             " may have complained of the one before");
}

/// V5: a complaint has its cause. Of a mute new primary: only once a quorum called for its view or
/// for one above. Of a proposal: not of one that the new-view chose, which is not judged again. Of
/// a turn that is over: by the view's base and the header times alone.
void ViewOracle::check_complaint(NodeIndex node, const consensus::Complaint& complaint) {
  Node& self = nodes_[node.value()];
  const bool is_slow =
      complaint.reason == Reason::PassedOver || complaint.reason == Reason::Rotation;
  std::uint64_t& reach = self.complaints[complaint.view];
  reach = std::max(reach, complaint.stable.value() + (is_slow ? kSlowHeights : 0));
  // Those that ended a view below are sent again to whoever is still there.
  const std::pair place(complaint.view, complaint.stable);
  self.complained = std::max(self.complained.value_or(place), place);

  const std::string what = "complains of " + text(complaint.view) + " at " +
                           text(complaint.stable) + " (" +
                           std::string(consensus::name_of(complaint.reason)) + "), though ";
  if (complaint.reason == Reason::NoNewView) {
    std::size_t called = 0;
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      if (!correct_[i] || nodes_[i].called >= complaint.view) ++called;
    if (called < page::quorum(nodes_.size()))
      fail("V5", node, what + "at most " + std::to_string(called) + " called for it");
  }
  if (complaint.reason == Reason::Rotation &&
      is_rotation_due(node, complaint.view, complaint.stable) == false)
    fail("V5", node, what + "its primary's turn is not over");
  if (complaint.reason == Reason::Refused)
    if (const Entered* now = entered(node, complaint.view))
      for (const auto& [height, digest] : now->digests)
        if (digest == complaint.digest)
          fail("V5", node, what + "its new-view chose that proposal for " + text(height));
}

std::optional<bool> ViewOracle::is_rotation_due(NodeIndex node, View view, Height stable) const {
  const Entered* now = entered(node, view);
  const auto time = times_.find(stable);
  if (now == nullptr || time == times_.end()) return std::nullopt;
  if (nodes_.size() < 2 || stable <= now->base) return false;
  return stable.value() - now->base.value() >= epoch_.rotation_heights ||
         time->second.since(now->base_time) >= epoch_.rotation;
}

/// V6: all correct nodes complain at the height where a primary's turn is over, at once.
void ViewOracle::on_round_in(NodeIndex node, View view, Height stable) {
  if (!is_correct(node) || is_rotation_due(node, view, stable) != true) return;
  if (nodes_[node.value()].complained == std::pair(view, stable)) return;
  fail("V6", node,
       "stays silent in " + text(view) + " at " + text(stable) +
           ", where its primary's turn is over");
}

}  // namespace tally::sim
