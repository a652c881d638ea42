// The operating system's files, by POSIX.
#include <fcntl.h>
#include <sys/stat.h>
#include <tally/storage/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace tally::storage {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kFolderMode = 0700;

/// "append to PATH: No space left on device". REQUIRES: errno is still the failed call's.
Error failed(std::string_view what, const std::string& path) {
  const int number = errno;
  return Error{number == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
               std::string(what) + " " + path + ": " + std::system_category().message(number)};
}

/// `call` again while a signal interrupts it.
template <typename Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR)
    result = call();
  return result;
}

/// Closes on the way out of a function. Not after EINTR again: Linux has closed it then.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

class PosixFile final : public File {
 public:
  PosixFile(Descriptor descriptor, std::string path)
      : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  Result<void> append(ByteView bytes) override {
    while (!bytes.empty()) {
      const ssize_t written =
          uninterrupted([&] { return ::write(descriptor_.number(), bytes.data(), bytes.size()); });
      if (written < 0) return failed("append to", path_);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
  }

  Result<void> sync() override {
    // fdatasync also writes the length, which an append changes; times alone are left out.
    if (uninterrupted([&] { return ::fdatasync(descriptor_.number()); }) < 0)
      return failed("sync", path_);
    return {};
  }

  Result<void> truncate(std::uint64_t size) override {
    const auto length = static_cast<off_t>(size);
    if (uninterrupted([&] { return ::ftruncate(descriptor_.number(), length); }) < 0)
      return failed("truncate", path_);
    return {};
  }

 private:
  Descriptor descriptor_;
  std::string path_;
};

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, bool create) override {
    const int flags =
        O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT | O_EXCL : 0);
    Descriptor descriptor(uninterrupted([&] { return ::open(path.c_str(), flags, kFileMode); }));
    if (descriptor.number() < 0) return failed(create ? "create" : "open", path);
    return std::unique_ptr<File>(std::make_unique<PosixFile>(std::move(descriptor), path));
  }

  Result<Bytes> read(const std::string& path, std::uint64_t size_max) const override {
    const Descriptor descriptor(
        uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
    if (descriptor.number() < 0) return failed("open", path);
    struct stat status {};
    if (::fstat(descriptor.number(), &status) < 0) return failed("look at", path);
    if (!S_ISREG(status.st_mode)) return Error{ErrorCode::Io, path + " is not a file"};
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > size_max)
      return Error{ErrorCode::OutOfLimits, path + ": got " + std::to_string(size) +
                                               " bytes; expected at most " +
                                               std::to_string(size_max)};
    Bytes bytes(size);
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t got = uninterrupted(
          [&] { return ::read(descriptor.number(), bytes.data() + done, bytes.size() - done); });
      if (got < 0) return failed("read", path);
      if (got == 0) break;  // it became shorter meanwhile
      done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
  }

  Result<std::vector<std::string>> list(const std::string& folder) const override {
    std::error_code error;
    std::vector<std::string> names;
    std::filesystem::directory_iterator entry(folder, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
      names.push_back(entry->path().filename().string());
    if (error) {
      const bool absent = error == std::errc::no_such_file_or_directory;
      return Error{absent ? ErrorCode::NotFound : ErrorCode::Io,
                   "list " + folder + ": " + error.message()};
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) < 0) return failed("remove", path);
    return {};
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) < 0) {
      const bool exists = errno == EEXIST;
      Error error = failed("put in place", to);
      if (exists) error.code = ErrorCode::Conflict;
      return with_context(from, std::move(error));
    }
    return {};
  }

  Result<void> make_folder(const std::string& path) override {
    if (::mkdir(path.c_str(), kFolderMode) < 0) return failed("make folder", path);
    return {};
  }

  Result<void> sync_folder(const std::string& path) override {
    const Descriptor descriptor(
        uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
    if (descriptor.number() < 0) return failed("open folder", path);
    if (uninterrupted([&] { return ::fsync(descriptor.number()); }) < 0)
      return failed("sync folder", path);
    return {};
  }
};

}  // namespace

std::unique_ptr<FileSystem> real_file_system() {
  return std::make_unique<PosixFileSystem>();
}

}  // namespace tally::storage
