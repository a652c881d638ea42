// SignGuard: holds the consensus key, and signs at most one digest a slot, for ever.
#pragma once

#include <tally/consensus/vote_record.h>
#include <tally/crypto/signature.h>

#include <map>
#include <tuple>

namespace tally::consensus {

/// A second line behind the replica, written apart from it and rebuilt from the vote log: whatever
/// the replica believes, a contradicting vote is not signed (design/consensus.md §3.2).
class SignGuard {
 public:
  /// REQUIRES: `key` is node `self`'s in `epoch`. `history`: every record of the vote log.
  SignGuard(crypto::PrivateKey key, NodeIndex self, const Epoch& epoch,
            const std::vector<VoteRecord>& history);

  /// The vote, signed; the same vote again gives the same bytes.
  /// Conflict: another digest was signed in this slot. Refused: at or below stable.
  [[nodiscard]] Result<Vote> sign(const VoteStatement& statement);

  /// Whether this node signed `statement`; of what lies above stable alone.
  [[nodiscard]] bool has_signed(const VoteStatement& statement) const;

  /// Drops what lies at or below `stable`, and signs nothing there again.
  void forget_up_to(Height stable);

 private:
  /// Phase, view (0 for checkpoints), height: what one signature is for.
  using Slot = std::tuple<Height, Phase, View>;
  [[nodiscard]] static Slot slot_of(const VoteStatement& statement);

  crypto::PrivateKey key_;
  NodeIndex self_;
  Hash chain_;
  EpochNumber epoch_;
  Height stable_;
  std::map<Slot, Vote> signed_;
};

}  // namespace tally::consensus
