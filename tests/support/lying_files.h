// LyingFiles: a FileSystem in memory that keeps only what was synced, and fails when told to.
//
//   LyingFiles files;
//   files.fail_after(7, "No space left on device");     // the 8th change is refused, and all later
//   const LyingFiles after = files.after_power_cut({.kept_bytes = 3});
#pragma once

#include "support/replacing_files.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tally::test {

class LyingFiles final : public ReplacingFiles {
 public:
  LyingFiles() = default;

  /// What a disk may do with what was written and not synced.
  struct PowerCut {
    std::size_t kept_bytes = 0;  ///< of each file's unsynced tail
    bool keeps_names = false;    ///< created and removed files stay so without a folder's sync
    bool zeros = false;          ///< the tail's length is there, its bytes are not
  };

  Result<std::unique_ptr<storage::File>> open(const std::string& path, bool create) override {
    if (create == contents_->files.contains(path))
      return Error{create ? ErrorCode::Io : ErrorCode::NotFound,
                   "open " + path + (create ? ": File exists" : ": No such file or directory")};
    if (create) {
      TRY_VOID(change(path));
      contents_->files[path] = std::make_shared<Data>();
    }
    return std::unique_ptr<storage::File>(
        std::make_unique<Handle>(contents_, contents_->files[path], path));
  }

  Result<Bytes> read(const std::string& path, std::uint64_t size_max) const override {
    const auto found = contents_->files.find(path);
    if (found == contents_->files.end())
      return Error{ErrorCode::NotFound, "open " + path + ": No such file or directory"};
    if (found->second->bytes.size() > size_max)
      return Error{ErrorCode::OutOfLimits, path + " is too large"};
    return found->second->bytes;
  }

  Result<std::vector<std::string>> list(const std::string& folder) const override {
    std::vector<std::string> names;
    for (const auto& [path, data] : contents_->files)
      if (path.starts_with(folder + "/")) names.push_back(path.substr(folder.size() + 1));
    return names;
  }

  Result<void> remove(const std::string& path) override {
    TRY_VOID(change(path));
    contents_->files.erase(path);
    return {};
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    TRY_VOID(change(from));
    std::map<std::string, std::shared_ptr<Data>> moved;
    for (const auto& [path, data] : contents_->files) {
      if (path == to || path.starts_with(to + "/"))
        return Error{ErrorCode::Conflict, from + ": put in place " + to + ": File exists"};
      const bool is_moved = path == from || path.starts_with(from + "/");
      moved.emplace(is_moved ? to + path.substr(from.size()) : path, data);
    }
    contents_->files = std::move(moved);
    return {};
  }

  Result<void> replace(const std::string& from, const std::string& to) override {
    TRY_VOID(change(from));
    const auto found = contents_->files.find(from);
    if (found == contents_->files.end())
      return Error{ErrorCode::NotFound, from + ": No such file or directory"};
    contents_->files[to] = found->second;
    contents_->files.erase(found);
    return {};
  }

  Result<void> make_folder(const std::string& path) override { return change(path); }

  Result<void> sync_folder(const std::string& path) override {
    TRY_VOID(change(path));
    contents_->durable = contents_->files;
    return {};
  }

  /// After `changes` more appends, syncs, creations and removals, each one is refused with
  /// `reason`; a refused append has written half of its bytes.
  void fail_after(std::size_t changes, std::string reason) {
    contents_->changes_left = changes;
    contents_->reason = std::move(reason);
  }
  /// The `nth` sync of a file from now on, counted from 1, fails; later ones succeed again.
  void fail_sync(std::size_t nth) { contents_->sync_to_fail = nth; }

  /// What another process finds after the power came back.
  [[nodiscard]] LyingFiles after_power_cut(const PowerCut& cut) const {
    auto after = std::make_shared<Contents>();
    for (const auto& [path, data] : cut.keeps_names ? contents_->files : contents_->durable) {
      auto kept = std::make_shared<Data>();
      const std::size_t size = std::min(data->bytes.size(), data->synced + cut.kept_bytes);
      kept->bytes.assign(data->bytes.begin(),
                         data->bytes.begin() + static_cast<std::ptrdiff_t>(size));
      if (cut.zeros)
        std::fill(kept->bytes.begin() + static_cast<std::ptrdiff_t>(data->synced),
                  kept->bytes.end(), std::uint8_t{0});
      kept->synced = size;
      after->files[path] = kept;
    }
    after->durable = after->files;
    return LyingFiles(std::move(after));
  }

  /// A second disk with the same files, to do damage to.
  [[nodiscard]] LyingFiles copy() const {
    return after_power_cut(
        {.kept_bytes = std::numeric_limits<std::uint32_t>::max(), .keeps_names = true});
  }

  /// A file's bytes, to be damaged or looked at. REQUIRES: it exists
  [[nodiscard]] Bytes& bytes(const std::string& path) { return contents_->files.at(path)->bytes; }
  void put(const std::string& path, Bytes bytes) {
    contents_->files[path] = std::make_shared<Data>(Data{std::move(bytes), 0});
  }
  [[nodiscard]] std::size_t changes() const { return contents_->changes; }

 private:
  struct Data {
    Bytes bytes;
    std::size_t synced = 0;
  };

  struct Contents {
    std::map<std::string, std::shared_ptr<Data>> files;
    std::map<std::string, std::shared_ptr<Data>> durable;  ///< names that a power cut leaves
    std::size_t changes = 0;
    std::optional<std::size_t> changes_left;
    std::string reason;
    std::size_t sync_to_fail = 0;

    Result<void> change(const std::string& path) {
      ++changes;
      if (!changes_left.has_value()) return {};
      if (*changes_left == 0) return Error{ErrorCode::Io, path + ": " + reason};
      --*changes_left;
      return {};
    }
  };

  class Handle final : public storage::File {
   public:
    Handle(std::shared_ptr<Contents> contents, std::shared_ptr<Data> data, std::string path)
        : contents_(std::move(contents)), data_(std::move(data)), path_(std::move(path)) {}

    Result<void> append(ByteView bytes) override {
      const Result<void> changed = contents_->change(path_);
      if (!changed.ok()) bytes = bytes.first(bytes.size() / 2);
      data_->bytes.insert(data_->bytes.end(), bytes.begin(), bytes.end());
      return changed;
    }
    Result<void> sync() override {
      TRY_VOID(contents_->change(path_));
      if (contents_->sync_to_fail > 0 && --contents_->sync_to_fail == 0)
        return Error{ErrorCode::Io, "sync " + path_ + ": Input/output error"};
      data_->synced = data_->bytes.size();
      return {};
    }
    Result<void> truncate(std::uint64_t size) override {
      TRY_VOID(contents_->change(path_));
      data_->bytes.resize(size);
      data_->synced = std::min<std::size_t>(data_->synced, size);
      return {};
    }

   private:
    std::shared_ptr<Contents> contents_;
    std::shared_ptr<Data> data_;
    std::string path_;
  };

  explicit LyingFiles(std::shared_ptr<Contents> contents) : contents_(std::move(contents)) {}
  Result<void> change(const std::string& path) { return contents_->change(path); }

  std::shared_ptr<Contents> contents_ = std::make_shared<Contents>();
};

}  // namespace tally::test
