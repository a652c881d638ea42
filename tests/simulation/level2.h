// LedgerDisk: a node's ledger in the real RocksDB, over a disk that loses power and fails (level 2
// of design/reliability.md §4.2).
//
//   LedgerDisk ledger(chain, Random(seed));
//   auto store = ledger.open();      // as a start of the node finds it
//   store = {};
//   ledger.crash(true);              // the power is gone, and the disk has decided what is left
#pragma once

#include <tally/storage/store.h>

#include "simulation/chain.h"
#include "simulation/disk.h"

#include <memory>

namespace tally::sim {

class LedgerDisk {
 public:
  LedgerDisk(const Chain& chain, Random random);
  LedgerDisk(const LedgerDisk&) = delete;
  LedgerDisk& operator=(const LedgerDisk&) = delete;
  ~LedgerDisk();

  /// Io: the disk failed, or its power was cut meanwhile, and what is left is decided. Corrupt and
  /// its like: what is there is not taken for a ledger.
  [[nodiscard]] Result<std::shared_ptr<storage::Store>> open();
  /// The process is gone. REQUIRES: nobody holds its store or a snapshot any more
  void crash(bool power);
  /// A bit of what the disk has changes: in the payload of one of the newest records mostly.
  /// Not in a record's head: RocksDB takes a last record whose length says more than there is for
  /// one that a crash cut off. REQUIRES: crashed
  void damage(std::uint64_t chance);
  [[nodiscard]] bool is_damaged() const { return is_damaged_; }
  /// What RocksDB would do in threads of its own.
  void work();

  SimDisk disk;

 private:
  class Process;

  crypto::Hash chain_;
  std::unique_ptr<Process> process_;
  bool is_damaged_ = false;
};

/// The disk of a new ledger, closed, with genesis in it.
[[nodiscard]] SimDisk::Image new_ledger(const Chain& chain);

}  // namespace tally::sim
