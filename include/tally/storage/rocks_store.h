// RocksStore: the ledger in one RocksDB.
#pragma once

#include <tally/storage/store.h>

#include <memory>
#include <string>

namespace tally::storage {

/// Create: the folder must not exist. ReadOnly: for audits; writes nothing, and sees what is still
/// in the write-ahead log all the same.
enum class OpenMode { Create, ReadWrite, ReadOnly };

/// Opens the ledger in `folder`. NotFound: no such folder. Conflict: another chain or format, or
/// Create into what exists. Corrupt: names the file, or family and key. Io.
[[nodiscard]] Result<std::unique_ptr<Store>> open_rocks_store(const std::string& folder,
                                                              const crypto::Hash& chain,
                                                              OpenMode mode);

/// That each file of the ledger in `folder`, which nobody has open for writing, is whole: CURRENT,
/// MANIFEST and write-ahead logs record by record, tables by the checksum that the MANIFEST keeps
/// of each. Reads all of it, writes nothing. Corrupt names the first bad file; NotFound; Io. A log
/// that ends inside a record counts as bad too: a crash leaves one behind, which the next start of
/// the node drops.
[[nodiscard]] Result<void> verify_files(const std::string& folder);

}  // namespace tally::storage
