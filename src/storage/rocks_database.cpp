// RocksDB's options, each with its reason; and its calls, with their errors made ours.
#include "storage/rocks_database.h"

#include <rocksdb/cache.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>
#include <tally/base/canary.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace tally::storage {
namespace {

constexpr std::size_t kMiB = 1 << 20;
constexpr std::size_t kProtectionBytesPerKey = 8;  // the only size that RocksDB offers

/// RocksDB's own log says at each opening hundreds of lines that nobody reads; what matters comes
/// back as a status.
class SilentLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}  // NOLINT: RocksDB's name
};

/// RocksDB promises no exceptions and allocates all the same.
template <typename Call>
rocksdb::Status guarded(Call call) {
  try {
    return call();
  } catch (const std::exception& exception) {
    return rocksdb::Status::Aborted(exception.what());
  }
}

rocksdb::DBOptions database_options(OpenMode mode, rocksdb::Env* env) {
  rocksdb::DBOptions options;
  if (env != nullptr) {
    options.env = env;
    options.max_file_opening_threads = 1;  // all on the caller's thread
  }
  const bool create = mode == OpenMode::Create;
  options.create_if_missing = create;  // a lost ledger must never come back as an empty one
  options.create_missing_column_families = create;
  options.error_if_exists = create;

  // The default, kPointInTimeRecovery, drops synced blocks without a word after a flipped byte
  // (design/reliability.md §2.2). This one drops a torn tail alone, which nobody was promised.
  options.wal_recovery_mode = canary(112) ? rocksdb::WALRecoveryMode::kPointInTimeRecovery
                                          : rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;  // a closed log that is missing is noticed
  options.verify_sst_unique_id_in_manifest = true;   // so are tables that were swapped
  options.paranoid_checks = true;
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  options.atomic_flush = true;  // families stay of one height even if a live log is lost

  // Four nodes share a machine, and tests start many more.
  options.db_write_buffer_size = 64 * kMiB;
  options.max_total_wal_size = 64 * kMiB;  // bounds what a start replays
  options.max_background_jobs = 2;
  options.max_open_files = 512;   // half of the usual limit of 1,024 descriptors
  options.bytes_per_sync = kMiB;  // a table's bytes go to disk as it is written, not all at its end
  options.skip_stats_update_on_db_open = true;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log = std::make_shared<SilentLogger>();
  return options;
}

/// Whether `family` is asked for keys that are not there: new request ids, mostly.
bool is_looked_up(Family family) {
  return family == Family::Records || family == Family::Requests || family == Family::Orders;
}

rocksdb::ColumnFamilyOptions family_options(Family family,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;  // one for all families
  table.checksum = rocksdb::ChecksumType::kXXH3;
  table.format_version = 5;
  if (is_looked_up(family)) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));

  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = 16 * kMiB;
  options.level_compaction_dynamic_level_bytes = true;
  // Hashes and signatures hardly shrink, and Debian's RocksDB, built with its assertions, aborts in
  // its decompressor on some damaged tables, where an error must name them.
  options.compression = rocksdb::CompressionType::kNoCompression;
  if (family == Family::Due) {
    // Entries are erased at the front of the queue, where the first block after a start looks for
    // the next (DueStart): erased ones must not pile up there. No smaller buffer than the others':
    // all families flush together.
    options.table_properties_collector_factories.push_back(
        rocksdb::NewCompactOnDeletionCollectorFactory(1024, 256));
  }
  return options;
}

/// RocksDB wants its `default` family to exist; it stays empty.
std::vector<rocksdb::ColumnFamilyDescriptor> families() {
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(64 * kMiB);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, family_options(Family::Meta, cache));
  for (std::size_t i = 0; i < kFamilyNames.size(); ++i)
    descriptors.emplace_back(std::string(kFamilyNames.at(i)),
                             family_options(static_cast<Family>(i), cache));
  return descriptors;
}

ErrorCode code_of(const rocksdb::Status& status) {
  // A file that the database names and that is not there is damage, as flipped bytes are.
  if (status.IsCorruption() || status.IsPathNotFound()) return ErrorCode::Corrupt;
  return ErrorCode::Io;
}

/// What RocksDB would say less well: no folder, no CURRENT, a folder where none may be.
Result<void> check_folder(rocksdb::Env& env, const std::string& folder, OpenMode mode) {
  const auto is_there = [&env](const std::string& path) {
    return guarded([&] { return env.FileExists(path); }).ok();
  };
  const bool exists = is_there(folder);
  if (mode == OpenMode::Create) {
    if (exists) return Error{ErrorCode::Conflict, folder + " exists already"};
    return {};
  }
  if (!exists) return Error{ErrorCode::NotFound, folder + " does not exist"};
  if (!is_there(folder + "/CURRENT"))
    return Error{ErrorCode::Corrupt, folder + "/CURRENT is missing"};
  return {};
}

/// Corrupt: one of ours is missing. Conflict: one that we do not know, so a newer program's.
Result<void> check_families(const std::string& folder, const rocksdb::DBOptions& options) {
  std::vector<std::string> found;
  const rocksdb::Status listed =
      guarded([&] { return rocksdb::DB::ListColumnFamilies(options, folder, &found); });
  if (!listed.ok()) return Error{code_of(listed), folder + ": " + listed.ToString()};
  for (const std::string_view name : kFamilyNames)
    if (std::find(found.begin(), found.end(), name) == found.end())
      return Error{ErrorCode::Corrupt,
                   folder + ": column family " + std::string(name) + " is missing"};
  for (const std::string& name : found) {
    const bool ours =
        name == rocksdb::kDefaultColumnFamilyName ||
        std::find(kFamilyNames.begin(), kFamilyNames.end(), name) != kFamilyNames.end();
    if (!ours)
      return Error{ErrorCode::Conflict, folder + ": column family " + printable(name) +
                                            " is unknown; a newer program wrote it"};
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<RocksDatabase>> RocksDatabase::open(const std::string& folder, OpenMode mode,
                                                           const RocksPlace& place) {
  const rocksdb::DBOptions options = database_options(mode, place.env);
  TRY_VOID(check_folder(*options.env, folder, mode));
  if (mode == OpenMode::Create)
    // RocksDB's own would be open to all.
    TRY_VOID((place.files ? *place.files : *real_file_system()).make_folder(folder));
  else
    TRY_VOID(check_families(folder, options));

  const bool writable = mode != OpenMode::ReadOnly;
  const std::shared_ptr<RocksDatabase> database(new RocksDatabase(folder, writable));
  const rocksdb::Status opened = guarded([&] {
    auto* handles = &database->handles_;
    return writable
               ? rocksdb::DB::Open(options, folder, families(), handles, &database->db_)
               : rocksdb::DB::OpenForReadOnly(options, folder, families(), handles, &database->db_);
  });
  if (!opened.ok()) return database->failed("open", opened);
  return database;
}

RocksDatabase::~RocksDatabase() {
  if (db_ == nullptr) return;
  // Unsynced certificates go to disk here. If they cannot, they are only looked up elsewhere
  // again: no promise rests on them, so there is nobody to tell.
  (void)guarded([&] {
    if (writable_) db_->FlushWAL(true).PermitUncheckedError();
    for (rocksdb::ColumnFamilyHandle* handle : handles_)
      db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
    db_->Close().PermitUncheckedError();
    delete db_;
    return rocksdb::Status::OK();
  });
}

Result<std::optional<rocksdb::PinnableSlice>> RocksDatabase::find(
    Family family, ByteView key, const rocksdb::Snapshot* snapshot) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  std::optional<rocksdb::PinnableSlice> value(std::in_place);
  const rocksdb::Status status =
      guarded([&] { return db_->Get(options, handle(family), slice_of(key), &*value); });
  if (status.IsNotFound()) return std::optional<rocksdb::PinnableSlice>();
  if (!status.ok())
    return failed("read " + std::string(name_of(family)) + " " + to_hex(key), status);
  return value;
}

Result<void> RocksDatabase::scan(Family family, const rocksdb::Snapshot* snapshot, bool once,
                                 const Visit& visit) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  options.fill_cache = !once;
  return scan(family, {}, options, visit);
}

Result<void> RocksDatabase::scan_from(Family family, ByteView first,
                                      const rocksdb::Snapshot* snapshot, const Visit& visit) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  return scan(family, first, options, visit);
}

Result<void> RocksDatabase::scan(Family family, ByteView first, const rocksdb::ReadOptions& options,
                                 const Visit& visit) const {
  Result<bool> visited = true;
  const rocksdb::Status status = guarded([&] {
    const std::unique_ptr<rocksdb::Iterator> entry(db_->NewIterator(options, handle(family)));
    entry->Seek(slice_of(first));
    for (; entry->Valid(); entry->Next()) {
      visited = visit(view_of(entry->key()), view_of(entry->value()));
      if (!visited.ok() || !*visited) break;
    }
    return entry->status();
  });
  if (!status.ok()) return failed("read " + std::string(name_of(family)), status);
  if (!visited.ok()) return visited.error();
  return {};
}

void RocksDatabase::put(rocksdb::WriteBatch& batch, Family family, ByteView key,
                        ByteView value) const {
  // Fails only past the batch's size limit, which is not set.
  CHECK(batch.Put(handle(family), slice_of(key), slice_of(value)).ok());
}

void RocksDatabase::erase(rocksdb::WriteBatch& batch, Family family, ByteView key) const {
  CHECK(batch.Delete(handle(family), slice_of(key)).ok());
}

Result<void> RocksDatabase::write(rocksdb::WriteBatch& batch, bool sync) {
  CHECK(writable_);
  rocksdb::WriteOptions options;
  options.sync = sync;
  const rocksdb::Status status = guarded([&] { return db_->Write(options, &batch); });
  if (!status.ok()) return failed("write to", status);
  return {};
}

Result<void> RocksDatabase::verify_tables() const {
  const rocksdb::Status status =
      guarded([&] { return db_->VerifyFileChecksums(rocksdb::ReadOptions()); });
  if (!status.ok()) return failed("verify", status);
  return {};
}

const rocksdb::Snapshot* RocksDatabase::take_snapshot() const {
  const rocksdb::Snapshot* snapshot = nullptr;
  (void)guarded([&] {
    snapshot = db_->GetSnapshot();
    return rocksdb::Status::OK();
  });
  return snapshot;
}

void RocksDatabase::release(const rocksdb::Snapshot* snapshot) const {
  db_->ReleaseSnapshot(snapshot);
}

rocksdb::ColumnFamilyHandle* RocksDatabase::handle(Family family) const {
  return handles_.at(static_cast<std::size_t>(family) + 1);
}

Error RocksDatabase::failed(std::string_view what, const rocksdb::Status& status) const {
  std::string why = status.ToString();
  // A missing table is reported under the name that LevelDB would have given it.
  const std::size_t suffix = why.find(".ldb: ");
  if (suffix != std::string::npos) why.replace(suffix, 4, ".sst");
  return Error{code_of(status), std::string(what) + " " + folder_ + ": " + why};
}

rocksdb::WriteBatch new_batch() {
  return rocksdb::WriteBatch(0, 0, kProtectionBytesPerKey, 0);
}

ByteView view_of(const rocksdb::Slice& slice) {
  return as_bytes(std::string_view(slice.data(), slice.size()));
}

rocksdb::Slice slice_of(ByteView bytes) {
  if (bytes.empty()) return {};  // RocksDB copies from the pointer, so it must not be null
  const std::string_view text = as_text(bytes);
  return rocksdb::Slice(text.data(), text.size());
}

}  // namespace tally::storage
