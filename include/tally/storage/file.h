// File and FileSystem: the seam between the vote log and the operating system, so that tests can
// lose unsynced writes, tear them and fail syncs.
#pragma once

#include <tally/base/bytes.h>
#include <tally/base/result.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tally::storage {

/// An open file. An Error names the file and what the operating system said.
class File {
 public:
  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  virtual ~File() = default;
  [[nodiscard]] virtual Result<void> append(ByteView bytes) = 0;
  [[nodiscard]] virtual Result<void> sync() = 0;  ///< data and length; no retry after a failure
  [[nodiscard]] virtual Result<void> truncate(std::uint64_t size) = 0;
};

class FileSystem {
 public:
  FileSystem() = default;
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;
  virtual ~FileSystem() = default;
  /// For appending; creates with mode 0600 where `create` is set, which must not exist then.
  [[nodiscard]] virtual Result<std::unique_ptr<File>> open(const std::string& path,
                                                           bool create) = 0;
  [[nodiscard]] virtual Result<Bytes> read(const std::string& path,
                                           std::uint64_t size_max) const = 0;
  /// Names of the folder's entries, ascending.
  [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& folder) const = 0;
  [[nodiscard]] virtual Result<void> remove(const std::string& path) = 0;
  /// A file or folder, in place of nothing: what stands at `to` is never replaced (Conflict).
  [[nodiscard]] virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  [[nodiscard]] virtual Result<void> make_folder(const std::string& path) = 0;  ///< mode 0700
  [[nodiscard]] virtual Result<void> sync_folder(const std::string& path) = 0;
};

/// The operating system's own.
[[nodiscard]] std::unique_ptr<FileSystem> real_file_system();

}  // namespace tally::storage
