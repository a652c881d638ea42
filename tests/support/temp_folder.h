// TempFolder: a folder of a test's own, gone with it.
#pragma once

#include <gtest/gtest.h>
#include <tally/base/check.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace tally::test {

class TempFolder {
 public:
  TempFolder() : path_(testing::TempDir() + "tally-XXXXXX") {
    CHECK(::mkdtemp(path_.data()) != nullptr);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::string& path() const { return path_; }
  /// `name` in it.
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace tally::test
