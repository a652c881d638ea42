// RocksSnapshot: one height's whole ledger, read from a RocksDB snapshot.
#pragma once

#include <memory>
#include <optional>

#include "storage/rocks_database.h"

namespace tally::storage {

/// The newest whole height of `database`; of an empty ledger, one that holds nothing.
[[nodiscard]] Result<std::unique_ptr<const Snapshot>> open_rocks_snapshot(
    std::shared_ptr<const RocksDatabase> database);

/// What meta says at `snapshot` (null: now); nullopt: no block yet, not even genesis.
[[nodiscard]] Result<std::optional<Tip>> read_tip(const RocksDatabase& database,
                                                  const rocksdb::Snapshot* snapshot);

/// "headers 812 at height 900: why": stored bytes of `family` that are not what they must be.
[[nodiscard]] Error corrupt(Family family, const std::string& key, Height height,
                            const std::string& why);

}  // namespace tally::storage
