// Chain: the consortium of a run, its keys and its genesis block.
#pragma once

#include <tally/consensus/epoch.h>
#include <tally/node/ledger.h>
#include <tally/storage/store.h>

#include "simulation/disk.h"
#include "simulation/plan.h"
#include "support/builders.h"

#include <memory>

namespace tally::sim {

/// UTC when a run begins: a little after genesis, so that no clock stands before it.
inline constexpr Timestamp kTrueStart = test::kStart.plus(Duration(20'000));
[[nodiscard]] inline Timestamp true_utc(Micros now) {
  return kTrueStart.plus(Duration(now / kMillisecond));
}

/// A store that outlives the ledger that owns it: a process dies, its disk stays. The memory behind
/// it is durable with each commit (level 1 of design/reliability.md §4.2).
[[nodiscard]] std::unique_ptr<storage::Store> borrow(std::shared_ptr<storage::Store> store);

class Chain {
 public:
  explicit Chain(const Plan& plan);

  /// A new store with genesis in it.
  [[nodiscard]] std::shared_ptr<storage::Store> make_store() const;
  /// Puts genesis into an empty store.
  void found(storage::Store& store) const;
  /// The disk of a new ledger in RocksDB (level2.h). REQUIRES: a plan of level 2
  [[nodiscard]] const SimDisk::Image& ledger() const { return ledger_; }
  [[nodiscard]] crypto::PrivateKey consensus_key(NodeIndex node) const;
  [[nodiscard]] crypto::PrivateKey gateway_key(NodeIndex node) const;
  [[nodiscard]] const test::TestChain& keys() const { return chain_; }
  [[nodiscard]] const consensus::Epoch& epoch() const { return epoch_; }
  [[nodiscard]] const consensus::Header& genesis() const { return block_.header; }

 private:
  test::TestChain chain_;
  consensus::Epoch epoch_;
  state::Block block_;
  std::unique_ptr<storage::Store> nothing_;
  std::unique_ptr<const storage::Snapshot> empty_;  ///< what the delta stands on
  std::optional<state::StateDelta> delta_;
  SimDisk::Image ledger_;
};

}  // namespace tally::sim
