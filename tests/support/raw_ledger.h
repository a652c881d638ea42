// RawLedger: a ledger's RocksDB behind the store's back, to look at and to do damage to.
// For programs that link RocksDB.
#pragma once

#include <rocksdb/db.h>
#include <tally/base/bytes.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tally::test {

class RawLedger {
 public:
  struct Entry {
    std::string key;
    std::string value;
  };

  /// The ledger in `folder`, which no store has open.
  [[nodiscard]] static Result<std::unique_ptr<RawLedger>> open(const std::string& folder) {
    std::unique_ptr<RawLedger> ledger(new RawLedger);
    std::vector<std::string> names;
    TRY_VOID(ok(rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), folder, &names)));
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const std::string& name : names)
      families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    TRY_VOID(ok(rocksdb::DB::Open(rocksdb::DBOptions(), folder, families, &ledger->handles_,
                                  &ledger->db_)));
    return ledger;
  }
  RawLedger(const RawLedger&) = delete;
  RawLedger& operator=(const RawLedger&) = delete;
  ~RawLedger() {
    for (rocksdb::ColumnFamilyHandle* handle : handles_)
      delete handle;
    delete db_;
  }

  /// The entry at `index` of a family, in key order. NotFound.
  [[nodiscard]] Result<Entry> entry(std::string_view family, std::size_t index) const {
    TRY(rocksdb::ColumnFamilyHandle* const handle, find(family));
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(rocksdb::ReadOptions(), handle));
    for (at->SeekToFirst(); at->Valid(); at->Next())
      if (index-- == 0) return Entry{at->key().ToString(), at->value().ToString()};
    TRY_VOID(ok(at->status()));
    return Error{ErrorCode::NotFound, std::string(family) + " has fewer entries"};
  }

  [[nodiscard]] Result<void> put(std::string_view family, const Entry& entry) {
    TRY(rocksdb::ColumnFamilyHandle* const handle, find(family));
    rocksdb::WriteOptions options;
    options.sync = true;
    return ok(db_->Put(options, handle, entry.key, entry.value));
  }
  [[nodiscard]] Result<void> erase(std::string_view family, const std::string& key) {
    TRY(rocksdb::ColumnFamilyHandle* const handle, find(family));
    rocksdb::WriteOptions options;
    options.sync = true;
    return ok(db_->Delete(options, handle, key));
  }

  [[nodiscard]] Result<void> add_family(const std::string& name) {
    handles_.push_back(nullptr);
    return ok(db_->CreateColumnFamily(rocksdb::ColumnFamilyOptions(), name, &handles_.back()));
  }
  [[nodiscard]] Result<void> drop_family(std::string_view name) {
    TRY(rocksdb::ColumnFamilyHandle* const handle, find(name));
    return ok(db_->DropColumnFamily(handle));
  }
  /// Puts and erasures since the database was made.
  [[nodiscard]] std::uint64_t changes() const { return db_->GetLatestSequenceNumber(); }

 private:
  RawLedger() = default;

  [[nodiscard]] static Result<void> ok(const rocksdb::Status& status) {
    if (status.ok()) return {};
    return Error{ErrorCode::Io, status.ToString()};
  }
  [[nodiscard]] Result<rocksdb::ColumnFamilyHandle*> find(std::string_view family) const {
    for (rocksdb::ColumnFamilyHandle* handle : handles_)
      if (handle->GetName() == family) return handle;
    return Error{ErrorCode::NotFound, "no family " + std::string(family)};
  }

  rocksdb::DB* db_ = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

/// What flip_stored_byte changed.
struct Flip {
  Bytes key;
  std::size_t size = 0;  ///< of the value
  std::uint8_t before = 0;
  std::uint8_t after = 0;
};

/// Flips the lowest bit of a byte of a value, through RocksDB, so that all of its checksums are
/// right: damage that only our own hashes can show. NotFound: no such family, entry or byte.
[[nodiscard]] inline Result<Flip> flip_stored_byte(const std::string& folder,
                                                   std::string_view family, std::size_t index,
                                                   std::size_t offset) {
  TRY(const std::unique_ptr<RawLedger> ledger, RawLedger::open(folder));
  TRY(RawLedger::Entry entry, ledger->entry(family, index));
  if (offset >= entry.value.size())
    return Error{ErrorCode::NotFound,
                 "the value has " + std::to_string(entry.value.size()) + " bytes"};
  Flip flip;
  flip.key = to_bytes(as_bytes(entry.key));
  flip.size = entry.value.size();
  flip.before = static_cast<std::uint8_t>(entry.value[offset]);
  flip.after = flip.before ^ 1U;
  entry.value[offset] = static_cast<char>(flip.after);
  TRY_VOID(ledger->put(family, entry));
  return flip;
}

}  // namespace tally::test
