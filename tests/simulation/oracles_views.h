// How correct nodes may leave a view and what they may do in the next (design/consensus.md §6,
// §11). V1 … V5 hold for each node that is correct and never forgot; all others count among the f
// that may do and may have said anything.
#pragma once

#include <tally/consensus/message.h>
#include <tally/consensus/vote_record.h>

#include "simulation/verdict.h"

#include <map>
#include <string>
#include <vector>

namespace tally::sim {

class ViewOracle {
 public:
  /// `correct`: by identity. Borrows epoch and verdict.
  ViewOracle(const consensus::Epoch& epoch, const consensus::Header& genesis,
             std::vector<bool> correct, Verdict& verdict);

  /// The log of `node` holds `record` durably, which it must before it says so.
  void on_logged(NodeIndex node, const consensus::VoteRecord& record);
  void on_send(NodeIndex node, const consensus::Message& message);
  /// The first correct node executed this block.
  void on_header(const consensus::Header& header) { times_[header.height] = header.time; }
  /// It lost its votes: from now on it is one of the f.
  void on_wiped(NodeIndex node) { correct_.at(node.value()) = false; }
  /// Its process starts: a complaint is not logged, so it may owe one again.
  void on_start(NodeIndex node) { nodes_.at(node.value()).complained.reset(); }
  /// After a round of its ordering and the frames of it: where it stands, `voting` and not
  /// changing.
  void on_round_in(NodeIndex node, View view, Height stable);

  /// The highest view that a correct node called for.
  [[nodiscard]] View highest() const { return highest_logged_; }
  [[nodiscard]] bool is_correct(NodeIndex node) const { return correct_.at(node.value()); }

 private:
  /// What a new-view's V decides, by the oracle's own choose().
  struct Entered {
    Height base;
    Timestamp base_time;
    Height top;
    std::map<Height, consensus::Hash> digests = {};
  };
  struct Node {
    std::map<View, Entered> entered;
    std::map<Height, View> committed_in;       ///< by height: the highest view of an own COMMIT
    std::map<View, std::uint64_t> complaints;  ///< by view: up to which stable height one counts
    View called;                               ///< the highest view of an own view-change
    std::optional<std::pair<View, Height>> complained;  ///< the last time, in this life
  };

  void on_own(NodeIndex node, const consensus::Vote& vote);
  void on_own(NodeIndex node, const consensus::ViewChange& change);
  void on_entered(NodeIndex node, const consensus::NewView& new_view);
  void check_call(NodeIndex node, const consensus::ViewChange& change);
  void check_complaint(NodeIndex node, const consensus::Complaint& complaint);
  [[nodiscard]] Entered choose(const std::vector<consensus::ViewChange>& changes) const;
  /// nullptr: its log never held the new-view of `view`.
  [[nodiscard]] const Entered* entered(NodeIndex node, View view) const;
  /// nullopt: nobody executed `stable`, or the view is unknown.
  [[nodiscard]] std::optional<bool> is_rotation_due(NodeIndex node, View view, Height stable) const;
  void fail(const char* oracle, NodeIndex node, const std::string& what);

  const consensus::Epoch& epoch_;
  Verdict& verdict_;
  std::vector<bool> correct_;
  std::vector<Node> nodes_;
  Entered start_;  ///< view 0
  std::map<Height, Timestamp> times_;
  View highest_logged_;  ///< of all correct view-changes, as logged
  View highest_said_;    ///< as sent
};

}  // namespace tally::sim
