// PromisedRun: what one node writes into its vote log through heights and view changes, each
// promise signed by a guard as a node's are. No replica decides it, so that every kind of record is
// there.
#pragma once

#include <tally/consensus/sign_guard.h>

#include <optional>
#include <utility>
#include <vector>

#include "support/consensus_builders.h"

namespace tally::test {

/// One entry of the vote log each.
using PromisedSteps = std::vector<std::vector<consensus::VoteRecord>>;

class PromisedRun {
 public:
  explicit PromisedRun(NodeIndex self)
      : self_(self), guard_(consensus_key(self), self, epoch, {}) {}

  /// Heights in the current view, from proposal to certificate.
  void run(std::uint64_t heights) {
    for (std::uint64_t i = 0; i < heights; ++i) {
      prepare();
      commit();
      close();
    }
  }
  /// The proposal and the own prepare for the next height, in the current view.
  void prepare() {
    const Proposal proposal = next();
    step({consensus::Proposed{proposal}, voted(Phase::Prepare, proposal)});
  }
  void commit() {
    const Proposal proposal = next();
    step({consensus::Prepared{{statement(Phase::Prepare, proposal), {}}},
          voted(Phase::Commit, proposal)});
  }
  void close() {
    const Proposal proposal = next();
    step({consensus::Committed{{statement(Phase::Commit, proposal), {}}}});
    header_ = test::execute(header_, proposal);
    const VoteStatement checkpoint = checkpoint_statement(header_);
    step({consensus::ExecutedRecord{header_.height, header_digest(header_)},
          consensus::Voted{guard_.sign(checkpoint).value()}});
    step({consensus::Stable{{header_, {checkpoint, {}}}}});
    guard_.forget_up_to(header_.height);
  }
  /// Leaves the view; enters the next one too where `enters`.
  void change_view(bool enters = true) {
    view_ = view_.next();
    consensus::ViewChange change;
    change.chain = epoch.chain;
    change.view = view_;
    if (header_.height > Height()) change.stable = CertifiedHeader{header_, {}};
    const consensus::ViewChange signed_change = guard_.sign(change).value();
    step({consensus::Changing{signed_change}});
    if (!enters) return;
    step({consensus::Entered{{epoch.chain, {}, view_, node(9), {signed_change}, {}}}});
  }
  void learn(consensus::LearnerStage stage, std::uint64_t limit, std::uint64_t view) {
    const consensus::Learner learner{stage, Height(limit), View(view)};
    guard_.set_learner(learner);
    step({learner});
  }
  /// A block that came from the others, with no vote of this node.
  void follow() {
    header_ = test::execute(header_, next());
    step({consensus::Stable{{header_, {checkpoint_statement(header_), {}}}}});
    step({consensus::ExecutedRecord{header_.height, header_digest(header_)}});
    guard_.forget_up_to(header_.height);
  }

  [[nodiscard]] const PromisedSteps& steps() const { return steps_; }
  [[nodiscard]] consensus::SignGuard guard_from(
      const std::vector<consensus::VoteRecord>& records) const {
    return {consensus_key(self_), self_, epoch, records};
  }

  const Epoch epoch = an_epoch(4);

 private:
  [[nodiscard]] Proposal next() const {
    const Height height = header_.height.next();
    return a_proposal(epoch, height, kStart.plus(Duration(1'000 * height.value())));
  }
  [[nodiscard]] VoteStatement statement(Phase phase, const Proposal& proposal) const {
    return a_statement(epoch, phase, proposal.height, proposal_digest(proposal), view_);
  }
  [[nodiscard]] consensus::VoteRecord voted(Phase phase, const Proposal& proposal) {
    return consensus::Voted{guard_.sign(statement(phase, proposal)).value()};
  }
  void step(std::vector<consensus::VoteRecord> records) { steps_.push_back(std::move(records)); }

  NodeIndex self_;
  consensus::SignGuard guard_;
  Header header_ = genesis_of(epoch);
  View view_;
  PromisedSteps steps_;
};

/// Of about a hundred records: quiet heights, a view that fails before and after its prepare, one
/// that is left twice, and one left with a commit that was sent.
[[nodiscard]] inline PromisedRun a_run_with_view_changes() {
  PromisedRun run(node(1));
  run.run(3);
  run.change_view();
  run.run(1);
  run.prepare();
  run.change_view(false);
  run.change_view();
  run.prepare();
  run.commit();
  run.change_view();
  run.prepare();
  run.commit();
  run.close();
  run.run(4);
  run.prepare();
  run.commit();
  run.change_view(false);
  return run;
}

/// Of a node that lost its votes and came back.
[[nodiscard]] inline PromisedRun a_way_back() {
  PromisedRun run(node(1));
  run.learn(consensus::LearnerStage::Asking, 0, 0);
  run.follow();
  run.learn(consensus::LearnerStage::Following, 3, 0);
  run.follow();
  run.follow();
  run.learn(consensus::LearnerStage::Returning, 3, 0);
  run.follow();
  run.change_view();
  run.learn(consensus::LearnerStage::Back, 3, 0);
  run.run(2);
  run.prepare();
  run.commit();
  return run;
}

}  // namespace tally::test
