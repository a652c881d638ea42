// Files of the programs.
#include "app/files.h"

#include <tally/base/check.h>
#include <tally/config/text.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <system_error>
#include <vector>

namespace tally::app {
namespace {

std::string reason() {
  return std::strerror(errno);
}

Fault cannot_write(const std::string& path, const std::string& why) {
  return Fault{kCannotWrite, why, "", config::shown_path(path),
               "make room, or choose another place"};
}

/// Closes a descriptor at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

bool write_piece(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool write_all(int descriptor, std::string_view text) {
  return write_piece(descriptor, text) && fsync(descriptor) == 0;
}

constexpr int kNew = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;

/// Why a new file cannot be opened, by errno.
Fault cannot_make(const std::string& path) {
  if (errno != EEXIST) return cannot_write(path, reason());
  return Fault{kFileExists, config::shown_path(path), "a new file", "",
               "choose another name, or move it away"};
}

}  // namespace

OrFaults<std::string> read_file(const std::string& path, std::size_t size_max,
                                const FaultKind& kind) {
  const auto refuse = [&](std::string got, std::string expected) {
    return config::fail(
        Fault{kind, std::move(got), std::move(expected), config::shown_path(path), ""});
  };
  // Non-blocking: opening a pipe would otherwise wait for a writer.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (file.number() < 0 || fstat(file.number(), &status) != 0) return refuse(reason(), "");
  if (!S_ISREG(status.st_mode)) return refuse("no regular file", "a regular file");
  std::string text;
  char buffer[1 << 14];
  while (true) {
    const ssize_t got = read(file.number(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse(reason(), "");
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > size_max)
      return refuse("more than " + std::to_string(size_max) + " bytes", "a smaller file");
  }
}

OrFaults<std::string> read_input(const std::string& path, std::size_t size_max) {
  if (path != "-") return read_file(path, size_max, kBadInput);
  std::string text;
  std::vector<char> piece(1 << 16);
  while (std::cin.read(piece.data(), static_cast<std::streamsize>(piece.size())) ||
         std::cin.gcount() > 0) {
    text.append(piece.data(), static_cast<std::size_t>(std::cin.gcount()));
    if (text.size() > size_max)
      return config::fail(Fault{kBadInput, "more than " + std::to_string(size_max >> 20) + " MiB",
                                "less", "-", "send it in parts"});
  }
  return text;
}

Faults write_new_file(const std::string& path, std::string_view text, unsigned mode) {
  const Descriptor file(open(path.c_str(), kNew, mode));
  if (file.number() < 0) return {cannot_make(path)};
  if (write_all(file.number(), text)) return {};
  const std::string why = reason();
  unlink(path.c_str());
  return {cannot_write(path, why)};
}

NewFile::~NewFile() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(path_.c_str());
}

Faults NewFile::open() {
  descriptor_ = ::open(path_.c_str(), kNew, 0600);
  return descriptor_ < 0 ? Faults{cannot_make(path_)} : Faults();
}

Faults NewFile::add(std::string_view text) {
  CHECK(descriptor_ >= 0);
  return write_piece(descriptor_, text) ? Faults() : Faults{cannot_write(path_, reason())};
}

Faults NewFile::finish() {
  CHECK(descriptor_ >= 0);
  if (fsync(descriptor_) != 0) return {cannot_write(path_, reason())};
  close(descriptor_);
  descriptor_ = -1;
  return {};
}

Faults replace_file(const std::string& path, std::string_view text) {
  const std::string beside = path + ".new";
  unlink(beside.c_str());
  if (Faults faults = write_new_file(beside, text); !faults.empty()) return faults;
  if (rename(beside.c_str(), path.c_str()) == 0) return {};
  const std::string why = reason();
  unlink(beside.c_str());
  return {cannot_write(path, why)};
}

Faults make_folder(const std::string& path) {
  const std::filesystem::path folder(path);
  std::error_code error;
  std::filesystem::create_directories(folder.parent_path(), error);
  if (mkdir(path.c_str(), 0700) == 0) return {};
  struct stat status {};
  if (errno == EEXIST && stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return {};
  return {cannot_write(path, reason())};
}

std::string absolute_path(const std::string& path) {
  std::error_code error;
  std::filesystem::path whole = std::filesystem::absolute(path, error).lexically_normal();
  if (!whole.has_filename() && whole != whole.root_path()) whole = whole.parent_path();
  return whole.string();
}

}  // namespace tally::app
