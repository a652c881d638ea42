// RocksDatabase: one open RocksDB with our column families; its statuses and exceptions as Errors.
#pragma once

#include <rocksdb/db.h>
#include <tally/storage/rocks_store.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/due_start.h"
#include "storage/key_layout.h"
#include "storage/rocks_place.h"

namespace tally::storage {

/// Thread-safe but for `write`, which has one caller at a time. Closes, with all that was written
/// on disk, when the last of its owners (a store and its snapshots) goes.
class RocksDatabase {
 public:
  /// NotFound: no such folder. Corrupt: names the file where RocksDB does. Conflict: it exists
  /// (OpenMode::Create), or it has families that we do not know. Io.
  [[nodiscard]] static Result<std::shared_ptr<RocksDatabase>> open(const std::string& folder,
                                                                   OpenMode mode,
                                                                   const RocksPlace& place);
  RocksDatabase(const RocksDatabase&) = delete;
  RocksDatabase& operator=(const RocksDatabase&) = delete;
  ~RocksDatabase();

  /// The value as of `snapshot`, or of now where that is null; without a copy where it can be.
  [[nodiscard]] Result<std::optional<rocksdb::PinnableSlice>> find(
      Family family, ByteView key, const rocksdb::Snapshot* snapshot) const;
  /// All of a family in key order, until `visit` returns false or an Error, which is passed on.
  /// `once`: the blocks that are read are not worth keeping in the cache.
  using Visit = std::function<Result<bool>(ByteView key, ByteView value)>;
  [[nodiscard]] Result<void> scan(Family family, const rocksdb::Snapshot* snapshot, bool once,
                                  const Visit& visit) const;
  /// The same from `first` on, for what is read often.
  [[nodiscard]] Result<void> scan_from(Family family, ByteView first,
                                       const rocksdb::Snapshot* snapshot, const Visit& visit) const;

  void put(rocksdb::WriteBatch& batch, Family family, ByteView key, ByteView value) const;
  void erase(rocksdb::WriteBatch& batch, Family family, ByteView key) const;
  /// All of `batch` or nothing; on disk before it returns where `sync` is set.
  [[nodiscard]] Result<void> write(rocksdb::WriteBatch& batch, bool sync);
  /// That each table file is what was written, by its checksum in the MANIFEST. Corrupt names it.
  [[nodiscard]] Result<void> verify_tables() const;

  [[nodiscard]] const rocksdb::Snapshot* take_snapshot() const;
  void release(const rocksdb::Snapshot* snapshot) const;

  [[nodiscard]] const DueStart& due_start() const { return due_start_; }
  [[nodiscard]] DueStart& due_start() { return due_start_; }

 private:
  [[nodiscard]] Result<void> scan(Family family, ByteView first,
                                  const rocksdb::ReadOptions& options, const Visit& visit) const;
  RocksDatabase(std::string folder, bool writable)
      : folder_(std::move(folder)), writable_(writable) {}
  [[nodiscard]] rocksdb::ColumnFamilyHandle* handle(Family family) const;
  [[nodiscard]] Error failed(std::string_view what, const rocksdb::Status& status) const;

  std::string folder_;
  bool writable_;
  DueStart due_start_;
  rocksdb::DB* db_ = nullptr;                          ///< owned; closed before it is deleted
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  ///< default, then in the order of Family
};

/// Empty, with a checksum a key that RocksDB checks again as it goes to the memtable.
[[nodiscard]] rocksdb::WriteBatch new_batch();
[[nodiscard]] ByteView view_of(const rocksdb::Slice& slice);
[[nodiscard]] rocksdb::Slice slice_of(ByteView bytes);

}  // namespace tally::storage
