// Ledger: owns execution, the state root and the store. Its event is a committed proposal.
#pragma once

#include <tally/consensus/message.h>
#include <tally/node/event.h>
#include <tally/node/halt.h>
#include <tally/state/state_root.h>
#include <tally/storage/store.h>

#include <memory>
#include <optional>
#include <shared_mutex>
#include <utility>

namespace tally::node {

/// A proposal for the ledger. From consensus it has a commit certificate; from a peer the header
/// that it must come to, with its block certificate.
struct ExecuteTask {
  consensus::Proposal proposal;
  std::optional<consensus::Certificate> commit;
  std::optional<consensus::CertifiedHeader> expected;
  storage::LogPosition log;
};

/// One owner; `prove` and `snapshot` from any thread.
class Ledger {
 public:
  /// Scans the state once to build its root. Corrupt: it is not the newest header's.
  [[nodiscard]] static Result<std::unique_ptr<Ledger>> open(std::unique_ptr<storage::Store> store);

  /// Executes and commits, durably. An Error is final and stops the node: the disk's (Io), a
  /// broken law or a header that is not the certified one (Diverged); nothing was written then.
  [[nodiscard]] Result<LedgerEffects> commit(const ExecuteTask& task) noexcept;
  /// Of a block that was executed. Diverged: it certifies another header than the own one.
  [[nodiscard]] Result<void> put_certificate(const consensus::Certificate& certificate) noexcept;

  /// What was Diverged just now, and all that the ledger knows of it. For the owner.
  [[nodiscard]] Halt take_divergence() { return std::exchange(divergence_, Halt()); }

  [[nodiscard]] const consensus::Header& newest() const { return newest_; }
  [[nodiscard]] Result<std::unique_ptr<const storage::Snapshot>> snapshot() const;
  [[nodiscard]] state::StateProof prove(const state::RecordKey& key) const;

 private:
  Ledger(std::unique_ptr<storage::Store> store, state::StateRoot root, consensus::Header newest);

  std::unique_ptr<storage::Store> store_;
  mutable std::shared_mutex root_mutex_;  ///< readers' proofs against the owner's update
  state::StateRoot root_;
  consensus::Header newest_;
  Halt divergence_;
};

}  // namespace tally::node
