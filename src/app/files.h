// Files of the programs: read with limits, written whole or not at all.
#pragma once

#include "app/fault_kinds.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace tally::app {

/// The text of a regular file, at most `size_max` bytes; otherwise a fault of `kind`.
[[nodiscard]] OrFaults<std::string> read_file(const std::string& path, std::size_t size_max,
                                              const FaultKind& kind);

/// The same of standard input, where `path` is "-"; CLI-014.
[[nodiscard]] OrFaults<std::string> read_input(const std::string& path, std::size_t size_max);

/// A new file of mode `mode`; CLI-013 where one exists.
[[nodiscard]] Faults write_new_file(const std::string& path, std::string_view text,
                                    unsigned mode = 0600);
/// A new file, like that of write_new_file, for what is too long to hold: written piece by piece,
/// and gone again unless it was finished.
class NewFile {
 public:
  explicit NewFile(std::string path) : path_(std::move(path)) {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  [[nodiscard]] Faults open();
  /// REQUIRES: it is open.
  [[nodiscard]] Faults add(std::string_view text);
  [[nodiscard]] Faults finish();

 private:
  std::string path_;
  int descriptor_ = -1;
};

/// Replaces a file, or makes it: whoever reads sees the old text or the new one.
[[nodiscard]] Faults replace_file(const std::string& path, std::string_view text);

/// A folder of mode 0700, and those above it; none made where it exists.
[[nodiscard]] Faults make_folder(const std::string& path);

/// Absolute, without "." and "..", links not followed.
[[nodiscard]] std::string absolute_path(const std::string& path);

}  // namespace tally::app
