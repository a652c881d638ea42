// RocksPlace: what a ledger stands on, so that a simulator can put its own disk under it.
#pragma once

#include <tally/storage/file.h>
#include <tally/storage/rocks_store.h>

#include <memory>
#include <string>

namespace rocksdb {
class Env;
}

namespace tally::storage {

/// Absent: the operating system's. Both stand on the same files, and outlive the store and its
/// snapshots. RocksDB opens all tables on the caller's thread where `env` is given.
struct RocksPlace {
  FileSystem* files = nullptr;  ///< makes the folder
  rocksdb::Env* env = nullptr;  ///< all else
};

/// As open_rocks_store.
[[nodiscard]] Result<std::unique_ptr<Store>> open_rocks_store_at(const RocksPlace& place,
                                                                 const std::string& folder,
                                                                 const crypto::Hash& chain,
                                                                 OpenMode mode);

}  // namespace tally::storage
