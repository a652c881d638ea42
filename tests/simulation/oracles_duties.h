// What a correct node owes when a round of its ordering is over. A step ends with all that can move
// having moved (design/consensus.md §1), so what is owed needs no time to wait for.
#pragma once

#include <tally/consensus/message.h>
#include <tally/consensus/vote_record.h>
#include <tally/node/status.h>

#include "simulation/verdict.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tally::sim {

class DutyOracle {
 public:
  /// `calm`: nothing goes wrong in this run before its turn. Borrows epoch and verdict.
  DutyOracle(const consensus::Epoch& epoch, bool calm, Verdict& verdict);

  void on_start(NodeIndex node, const node::NodeStatus& status, Timestamp now);
  void on_logged(NodeIndex node, const consensus::VoteRecord& record);
  /// Its checks let a pre-prepare of the primary in, good or refused, and it waits in its queue.
  void on_offered(NodeIndex node, const consensus::Vote& fresh);
  /// Its ledger has this block, and says so to ordering.
  void on_executed(NodeIndex node, Height height);
  /// A round begins at `now`, by its monotonic clock; `drained`: nothing is left in its queue.
  void on_step(NodeIndex node, Timestamp now, bool drained);
  void on_send(NodeIndex node, const consensus::Message& message);
  /// The round is over, its frames are out. `highest`: the highest view that a correct node called
  /// for.
  void on_round(NodeIndex node, const node::NodeStatus& status, View highest);
  /// The safety phase is over: from now on nothing is calm.
  void on_turn() { calm_ = false; }

 private:
  struct Offer {
    View view;
    Height height;
    bool handled = false;
  };
  struct Node {
    std::set<std::pair<View, Height>> prepared;  ///< own, as logged
    std::set<Height> checkpoints;                ///< own, as logged
    std::vector<Offer> offers;
    std::vector<std::pair<Height, bool>> executed;   ///< and whether ordering heard it
    std::optional<std::pair<View, Height>> refused;  ///< it complained so, in this life
    Timestamp now;                                   ///< of its round
    Timestamp since;  ///< its stable height rose, it entered its view or began
    View view;
    bool changing = false;
    Height stable;
  };

  void check_complaint(NodeIndex node, const consensus::Complaint& complaint);
  void check_offers(NodeIndex node, const node::NodeStatus& status, View highest);
  void check_checkpoints(NodeIndex node, const node::NodeStatus& status);
  void fail(const char* oracle, NodeIndex node, const std::string& what);

  const consensus::Epoch& epoch_;
  Verdict& verdict_;
  bool calm_;
  std::vector<Node> nodes_;
};

}  // namespace tally::sim
