// Recover: what `tallyd recover` finds wrong with a node's folder, and what it does about it.
#pragma once

#include <tally/crypto/signature.h>
#include <tally/model/genesis.h>
#include <tally/node/halt.h>

#include <optional>
#include <string>
#include <vector>

namespace tally::node {

/// What the person asks for beside what is needed.
struct RecoveryWish {
  bool rebuild_ledger = false;  ///< even of a whole one
  bool as_learner = false;      ///< give up a whole vote log
};

enum class VoteLogState { Whole, Lost, Older, Damaged, OfAnother };
enum class LedgerState { Whole, Lost, Damaged, Behind, Diverged };
[[nodiscard]] std::string_view name_of(VoteLogState state);
[[nodiscard]] std::string_view name_of(LedgerState state);

/// What was found, and what is to be done; nothing has been changed yet.
struct RecoveryPlan {
  std::optional<HaltMarker> halt;
  LedgerState ledger = LedgerState::Whole;
  Height height;              ///< of a ledger that can be read
  std::string ledger_detail;  ///< what is wrong with it, in words
  VoteLogState log = VoteLogState::Whole;
  std::string log_detail;
  storage::LogPosition position;  ///< what a new log follows

  bool sets_ledger_aside = false;
  bool sets_log_aside = false;
  bool needs_rebuild = false;  ///< the ledger is of no use, and no rebuild was asked for
  [[nodiscard]] bool changes_anything() const {
    return halt.has_value() || sets_ledger_aside || sets_log_aside;
  }
  /// What would be done, a line each.
  [[nodiscard]] std::vector<std::string> steps() const;
};

/// Whose folder it is.
struct FolderOwner {
  const SignedGenesis& genesis;
  MerchantId merchant;
  crypto::PublicKey consensus_key;
};

/// Looks at everything, and changes nothing. A vote log is kept where it is whole: a node that
/// gives it up casts no vote for a long time, and with more than f such nodes the network stands
/// (design/reliability.md, rule 2). NotFound, Conflict, Corrupt: not the folder of this node.
/// REQUIRES: DataLock is held.
[[nodiscard]] Result<RecoveryPlan> plan_recovery(const std::string& folder,
                                                 const FolderOwner& owner,
                                                 const RecoveryWish& wish);

/// Does what `plan` says. Deletes nothing: what is replaced stands beside it under another name.
/// After a crash in the middle, a new plan finishes it. Returns the names of what was set aside.
/// Refused: the ledger must be rebuilt, and that was not asked for. Io. REQUIRES: as above.
[[nodiscard]] Result<std::vector<std::string>> recover(const std::string& folder,
                                                       const FolderOwner& owner,
                                                       const RecoveryPlan& plan);

}  // namespace tally::node
