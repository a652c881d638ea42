// SignGuard: holds the consensus key, and signs at most one digest a slot, for ever.
#pragma once

#include <tally/consensus/vote_record.h>
#include <tally/crypto/signature.h>

#include <map>
#include <optional>
#include <tuple>

namespace tally::consensus {

/// A second line behind the replica, written apart from it and rebuilt from the vote log: whatever
/// the replica believes, a contradicting promise is not signed (design/consensus.md §3.2). Nothing
/// is signed as a learner before its return, and then only above what may have been forgotten.
class SignGuard {
 public:
  /// REQUIRES: `key` is node `self`'s in `epoch`. `history`: every record of the vote log.
  SignGuard(crypto::PrivateKey key, NodeIndex self, const Epoch& epoch,
            const std::vector<VoteRecord>& history);

  /// The vote, signed; the same vote again gives the same bytes.
  /// Conflict: another digest was signed in this slot. Refused: at or below stable.
  /// Also Refused: a prepare or commit in a view below the last view-change.
  [[nodiscard]] Result<Vote> sign(const VoteStatement& statement);
  /// Sets signer and signature. One a view; the same again gives the same bytes, other content
  /// Conflict; a view at or below an earlier one Refused.
  [[nodiscard]] Result<ViewChange> sign(ViewChange change);
  /// The same; one a view.
  [[nodiscard]] Result<NewView> sign(NewView new_view);
  /// Complaints promise nothing, so any is signed, but not a learner's.
  [[nodiscard]] Result<Complaint> sign(Complaint complaint);

  /// Whether this node signed `statement`; of what lies above stable alone.
  [[nodiscard]] bool has_signed(const VoteStatement& statement) const;
  /// Whether `change` is this node's last, or of a view below it, of which the log keeps nothing.
  [[nodiscard]] bool has_signed(const ViewChange& change) const;

  /// A step on a learner's way back; its record goes to the log with what the step signs.
  void set_learner(const Learner& learner) { learner_ = learner; }

  /// Drops what lies at or below `stable`, and signs nothing there again.
  void forget_up_to(Height stable);

 private:
  /// Phase, view (0 for checkpoints), height: what one signature is for.
  using Slot = std::tuple<Height, Phase, View>;
  [[nodiscard]] static Slot slot_of(const VoteStatement& statement);
  [[nodiscard]] bool is_learner() const;
  /// nullopt: nothing that was forgotten can stand against a promise in `view`.
  [[nodiscard]] std::optional<Error> learner_fault(View view) const;

  crypto::PrivateKey key_;
  NodeIndex self_;
  Hash chain_;
  EpochNumber epoch_;
  Height stable_;
  std::map<Slot, Vote> signed_;
  std::optional<ViewChange> changed_;  ///< the last own view-change
  std::optional<NewView> new_view_;    ///< the last own new-view
  std::optional<Learner> learner_;
};

}  // namespace tally::consensus
