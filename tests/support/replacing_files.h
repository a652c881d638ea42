// ReplacingFiles: a disk on which RocksDB can stand as well as a vote log.
#pragma once

#include <tally/storage/file.h>

#include <string>

namespace tally::test {

class ReplacingFiles : public storage::FileSystem {
 public:
  /// As rename, but what stands at `to` makes room, in one step: so RocksDB changes its CURRENT,
  /// and so nothing of ours does.
  [[nodiscard]] virtual Result<void> replace(const std::string& from, const std::string& to) = 0;
};

}  // namespace tally::test
