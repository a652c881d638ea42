// RocksOnFiles: RocksDB on one of our disks in memory, so that one model of faults serves vote log
// and ledger (design/reliability.md §2.1). For programs that link RocksDB.
//
//   LyingFiles files;
//   RocksOnFiles under(files);
//   auto store = storage::open_rocks_store_at(under.place(), "/ledger", chain, OpenMode::Create);
//   under.stop();       // the process dies: what the store would write as it closes is refused
//   store = {};
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <tally/base/check.h>

#include "storage/rocks_place.h"
#include "support/replacing_files.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tally::test {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

inline IOStatus io_status(const Error& error) {
  if (error.code == ErrorCode::NotFound) return IOStatus::PathNotFound(error.message);
  // A full disk too: of NoSpace RocksDB starts a thread that tries again after some real time. The
  // store never writes again after a failure, so that nothing of ours is missed here.
  return IOStatus::IOError(error.message);
}

inline IOStatus io_status(const Result<void>& result) {
  return result.ok() ? IOStatus::OK() : io_status(result.error());
}

/// The bytes of a file as they were when it was opened: RocksDB reads none that still grows.
class OpenedBytes final : public rocksdb::FSSequentialFile, public rocksdb::FSRandomAccessFile {
 public:
  explicit OpenedBytes(Bytes bytes) : bytes_(std::move(bytes)) {}

  IOStatus Read(std::uint64_t offset, std::size_t n, const IOOptions& /*options*/,
                rocksdb::Slice* result, char* scratch, IODebugContext* /*debug*/) const override {
    const std::size_t from = std::min<std::size_t>(offset, bytes_.size());
    const std::size_t size = std::min(n, bytes_.size() - from);
    if (size > 0) std::memcpy(scratch, bytes_.data() + from, size);
    *result = rocksdb::Slice(scratch, size);
    return IOStatus::OK();
  }
  IOStatus Read(std::size_t n, const IOOptions& options, rocksdb::Slice* result, char* scratch,
                IODebugContext* debug) override {
    IOStatus status = Read(at_, n, options, result, scratch, debug);
    at_ += result->size();
    return status;
  }
  IOStatus Skip(std::uint64_t n) override {
    at_ += std::min<std::uint64_t>(n, bytes_.size() - at_);
    return IOStatus::OK();
  }
  bool use_direct_io() const override { return false; }
  std::size_t GetRequiredBufferAlignment() const override { return 1; }
  IOStatus InvalidateCache(std::size_t /*offset*/, std::size_t /*length*/) override {
    return IOStatus::OK();
  }
  rocksdb::Temperature GetTemperature() const override { return rocksdb::Temperature::kUnknown; }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
};

/// RocksDB's file system on `files`; whoever calls is the thread that made it, or the test ends.
class RocksFiles final : public rocksdb::FileSystemWrapper {
 public:
  explicit RocksFiles(ReplacingFiles& files)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), files_(files) {}
  const char* Name() const override { return "RocksFiles"; }

  void stop() { is_stopped_ = true; }

  IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& /*options*/,
                             std::unique_ptr<rocksdb::FSSequentialFile>* file,
                             IODebugContext* /*debug*/) override {
    return open_to_read(path, file);
  }
  IOStatus NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& /*options*/,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                               IODebugContext* /*debug*/) override {
    return open_to_read(path, file);
  }
  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& /*options*/,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* /*debug*/) override {
    if (has(path)) {  // left by an opening that a crash ended
      IOStatus removed = change([&] { return files_.remove(path); });
      if (!removed.ok()) return removed;
    }
    return open_to_write(path, true, 0, file);
  }
  IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& /*options*/,
                              std::unique_ptr<rocksdb::FSWritableFile>* file,
                              IODebugContext* /*debug*/) override {
    const Result<Bytes> bytes = files_.read(path, kSizeMax);
    if (!bytes.ok() && bytes.error().code != ErrorCode::NotFound) return io_status(bytes.error());
    return open_to_write(path, !bytes.ok(), bytes.ok() ? bytes->size() : 0, file);
  }
  IOStatus ReuseWritableFile(const std::string& /*path*/, const std::string& /*old*/,
                             const rocksdb::FileOptions& /*options*/,
                             std::unique_ptr<rocksdb::FSWritableFile>* /*file*/,
                             IODebugContext* /*debug*/) override {
    return IOStatus::NotSupported();  // recycled logs are not asked for
  }
  IOStatus NewRandomRWFile(const std::string& /*path*/, const rocksdb::FileOptions& /*options*/,
                           std::unique_ptr<rocksdb::FSRandomRWFile>* /*file*/,
                           IODebugContext* /*debug*/) override {
    return IOStatus::NotSupported();
  }
  IOStatus NewMemoryMappedFileBuffer(
      const std::string& /*path*/,
      std::unique_ptr<rocksdb::MemoryMappedFileBuffer>* /*file*/) override {
    return IOStatus::NotSupported();
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions& /*options*/,
                        std::unique_ptr<rocksdb::FSDirectory>* folder,
                        IODebugContext* /*debug*/) override {
    *folder = std::make_unique<Folder>(*this, path);
    return IOStatus::OK();
  }

  IOStatus FileExists(const std::string& path, const IOOptions& /*options*/,
                      IODebugContext* /*debug*/) override {
    return has(path) || is_folder(path) ? IOStatus::OK() : IOStatus::NotFound(path);
  }
  IOStatus IsDirectory(const std::string& path, const IOOptions& /*options*/, bool* is_directory,
                       IODebugContext* /*debug*/) override {
    *is_directory = is_folder(path);
    return IOStatus::OK();
  }
  IOStatus GetChildren(const std::string& folder, const IOOptions& /*options*/,
                       std::vector<std::string>* names, IODebugContext* /*debug*/) override {
    check_thread();
    Result<std::vector<std::string>> listed = files_.list(folder);
    if (!listed.ok()) return io_status(listed.error());
    *names = std::move(listed).value();
    return IOStatus::OK();
  }
  IOStatus GetFileSize(const std::string& path, const IOOptions& /*options*/, std::uint64_t* size,
                       IODebugContext* /*debug*/) override {
    check_thread();
    const Result<Bytes> bytes = files_.read(path, kSizeMax);
    if (!bytes.ok()) return io_status(bytes.error());
    *size = bytes->size();
    return IOStatus::OK();
  }
  IOStatus GetFileModificationTime(const std::string& /*path*/, const IOOptions& /*options*/,
                                   std::uint64_t* time, IODebugContext* /*debug*/) override {
    *time = 0;
    return IOStatus::OK();
  }

  IOStatus DeleteFile(const std::string& path, const IOOptions& /*options*/,
                      IODebugContext* /*debug*/) override {
    if (!has(path)) return IOStatus::PathNotFound(path);
    return change([&] { return files_.remove(path); });
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& /*options*/,
                      IODebugContext* /*debug*/) override {
    return change([&] { return files_.replace(from, to); });
  }
  IOStatus Truncate(const std::string& path, std::size_t size, const IOOptions& /*options*/,
                    IODebugContext* /*debug*/) override {
    return change([&]() -> Result<void> {
      TRY(const std::unique_ptr<storage::File> file, files_.open(path, false));
      return file->truncate(size);
    });
  }
  IOStatus CreateDir(const std::string& path, const IOOptions& /*options*/,
                     IODebugContext* /*debug*/) override {
    return change([&] { return files_.make_folder(path); });
  }
  IOStatus CreateDirIfMissing(const std::string& path, const IOOptions& options,
                              IODebugContext* debug) override {
    return is_folder(path) ? IOStatus::OK() : CreateDir(path, options, debug);
  }
  IOStatus DeleteDir(const std::string& /*path*/, const IOOptions& /*options*/,
                     IODebugContext* /*debug*/) override {
    return IOStatus::NotSupported();
  }
  IOStatus LinkFile(const std::string& /*from*/, const std::string& /*to*/,
                    const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    return IOStatus::NotSupported();
  }
  IOStatus LockFile(const std::string& /*path*/, const IOOptions& /*options*/,
                    rocksdb::FileLock** lock, IODebugContext* /*debug*/) override {
    *lock = new Lock;  // RocksDB gives it back to UnlockFile
    return IOStatus::OK();
  }
  IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions& /*options*/,
                      IODebugContext* /*debug*/) override {
    delete lock;
    return IOStatus::OK();
  }
  IOStatus GetAbsolutePath(const std::string& path, const IOOptions& /*options*/,
                           std::string* absolute, IODebugContext* /*debug*/) override {
    *absolute = path;
    return IOStatus::OK();
  }
  IOStatus GetFreeSpace(const std::string& /*path*/, const IOOptions& /*options*/,
                        std::uint64_t* free, IODebugContext* /*debug*/) override {
    *free = std::numeric_limits<std::uint32_t>::max();
    return IOStatus::OK();
  }

 private:
  static constexpr std::uint64_t kSizeMax = std::uint64_t{1} << 30;

  class Lock final : public rocksdb::FileLock {};

  class Folder final : public rocksdb::FSDirectory {
   public:
    Folder(RocksFiles& owner, std::string path) : owner_(owner), path_(std::move(path)) {}
    IOStatus Fsync(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
      return owner_.change([&] { return owner_.files_.sync_folder(path_); });
    }
    IOStatus Close(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
      return IOStatus::OK();
    }

   private:
    RocksFiles& owner_;
    std::string path_;
  };

  class Written final : public rocksdb::FSWritableFile {
   public:
    Written(RocksFiles& owner, std::unique_ptr<storage::File> file, std::uint64_t size)
        : owner_(owner), file_(std::move(file)), size_(size) {}
    using rocksdb::FSWritableFile::Append;
    IOStatus Append(const rocksdb::Slice& data, const IOOptions& /*options*/,
                    IODebugContext* /*debug*/) override {
      IOStatus status = owner_.change(
          [&] { return file_->append(as_bytes(std::string_view(data.data(), data.size()))); });
      if (status.ok()) size_ += data.size();
      return status;
    }
    IOStatus Flush(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
      return IOStatus::OK();
    }
    IOStatus Sync(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
      return owner_.change([&] { return file_->sync(); });
    }
    IOStatus Close(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
      return IOStatus::OK();
    }
    std::uint64_t GetFileSize(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
      return size_;
    }

   private:
    RocksFiles& owner_;
    std::unique_ptr<storage::File> file_;
    std::uint64_t size_;
  };

  void check_thread() const { CHECK(std::this_thread::get_id() == thread_); }
  template <typename Change>
  IOStatus change(Change what) {
    check_thread();
    if (is_stopped_) return IOStatus::IOError("the process is gone");
    return io_status(what());
  }
  template <typename Kind>
  IOStatus open_to_read(const std::string& path, std::unique_ptr<Kind>* file) {
    check_thread();
    Result<Bytes> bytes = files_.read(path, kSizeMax);
    if (!bytes.ok()) return io_status(bytes.error());
    *file = std::make_unique<OpenedBytes>(std::move(bytes).value());
    return IOStatus::OK();
  }
  IOStatus open_to_write(const std::string& path, bool create, std::uint64_t size,
                         std::unique_ptr<rocksdb::FSWritableFile>* file) {
    return change([&]() -> Result<void> {
      TRY(std::unique_ptr<storage::File> opened, files_.open(path, create));
      *file = std::make_unique<Written>(*this, std::move(opened), size);
      return {};
    });
  }
  [[nodiscard]] bool has(const std::string& path) const {
    check_thread();
    const std::size_t slash = path.rfind('/');
    const auto names = files_.list(path.substr(0, slash));
    return names.ok() && std::ranges::find(*names, path.substr(slash + 1)) != names->end();
  }
  /// A folder is known by what is in it.
  [[nodiscard]] bool is_folder(const std::string& path) const {
    check_thread();
    const auto names = files_.list(path);
    return names.ok() && !names->empty();
  }

  ReplacingFiles& files_;
  std::thread::id thread_ = std::this_thread::get_id();
  bool is_stopped_ = false;
};

/// RocksDB's background work waits here till somebody does it, on his own thread.
class StillEnv final : public rocksdb::EnvWrapper {
 public:
  explicit StillEnv(const std::shared_ptr<rocksdb::FileSystem>& files)
      : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
    file_system_ = files;
  }

  void work() {
    while (!jobs_.empty()) {
      const Job job = jobs_.front();
      jobs_.pop_front();
      job.run(job.argument);
    }
  }

  void Schedule(void (*run)(void*), void* argument, Priority priority, void* tag,
                void (*forget)(void*)) override {
    jobs_.push_back({run, argument, priority, tag, forget});
  }
  int UnSchedule(void* tag, Priority priority) override {
    int count = 0;
    for (auto job = jobs_.begin(); job != jobs_.end();) {
      if (job->tag != tag || job->priority != priority) {
        ++job;
        continue;
      }
      if (job->forget != nullptr) job->forget(job->argument);
      job = jobs_.erase(job);
      ++count;
    }
    return count;
  }
  void StartThread(void (* /*run*/)(void*), void* /*argument*/) override { CHECK(false); }
  unsigned int GetThreadPoolQueueLen(Priority /*priority*/) const override { return 0; }
  void SetBackgroundThreads(int /*number*/, Priority /*priority*/) override {}
  void IncBackgroundThreadsIfNeeded(int /*number*/, Priority /*priority*/) override {}
  /// Goes into tables and MANIFEST, so that sizes must not depend on it.
  rocksdb::Status GetCurrentTime(std::int64_t* seconds) override {
    *seconds = 1'700'000'000;
    return rocksdb::Status::OK();
  }

 private:
  struct Job {
    void (*run)(void*);
    void* argument;
    Priority priority;
    void* tag;
    void (*forget)(void*);
  };
  std::deque<Job> jobs_;
};

/// One process's view of `files`: it outlives the store that stands on it.
class RocksOnFiles {
 public:
  explicit RocksOnFiles(ReplacingFiles& files)
      : files_(files), rocks_files_(std::make_shared<RocksFiles>(files)), env_(rocks_files_) {}

  [[nodiscard]] storage::RocksPlace place() { return {&files_, &env_}; }
  /// From now on nothing is written: the process is dead, though its memory is still freed.
  void stop() { rocks_files_->stop(); }
  /// Flushes and compactions that are due.
  void work() { env_.work(); }

 private:
  ReplacingFiles& files_;
  std::shared_ptr<RocksFiles> rocks_files_;
  StillEnv env_;
};

}  // namespace tally::test
