// Appends, syncs and names, and what a power cut leaves of them.
#include "simulation/disk.h"

#include <algorithm>

namespace tally::sim {
namespace {

constexpr std::size_t kSector = 512;

Error off(const std::string& path) {
  return Error{ErrorCode::Io, path + ": the power is gone"};
}

}  // namespace

class SimDisk::Handle final : public storage::File {
 public:
  Handle(SimDisk& disk, std::shared_ptr<Data> data, std::string path)
      : disk_(disk), data_(std::move(data)), path_(std::move(path)) {}

  Result<void> append(ByteView bytes) override {
    const Result<void> changed = disk_.change(path_, false);
    if (!changed.ok()) {
      if (disk_.cut_) return changed;
      bytes = bytes.first(bytes.size() / 2);
    }
    data_->bytes.insert(data_->bytes.end(), bytes.begin(), bytes.end());
    return changed;
  }

  Result<void> sync() override {
    const Result<void> changed = disk_.change(path_, true);
    if (!changed.ok()) {
      if (!disk_.cut_) disk_.sync_failed(*data_);
      return changed;
    }
    const std::size_t before = data_->synced;
    data_->synced = data_->bytes.size();
    data_->shrunk = false;
    data_->cut_off.clear();
    if (disk_.on_durable && before < data_->synced)
      disk_.on_durable(ByteView(data_->bytes).subspan(before));
    return {};
  }

  Result<void> truncate(std::uint64_t size) override {
    TRY_VOID(disk_.change(path_, false));
    Bytes& bytes = data_->bytes;
    if (size >= bytes.size()) return {};
    data_->shrunk = true;
    data_->cut_off.assign(bytes.begin() + static_cast<std::ptrdiff_t>(size), bytes.end());
    bytes.resize(size);
    data_->synced = std::min<std::size_t>(data_->synced, size);
    return {};
  }

 private:
  SimDisk& disk_;
  std::shared_ptr<Data> data_;
  std::string path_;
};

Result<void> SimDisk::change(const std::string& path, bool is_sync) {
  if (cut_) return off(path);
  if (is_sync) ++syncs_;
  if (until_fault_ > 0 && --until_fault_ == 0) {
    ++faults_done_;
    if (fault_ == DiskFault::Cut || fault_ == DiskFault::CutAfter) {
      cut_ = true;
      if (fault_ == DiskFault::Cut) return off(path);
      return {};
    }
    if (fault_ == DiskFault::SyncFails)
      sync_to_fail_ = true;
    else
      failing_ = fault_;
  }
  if (failing_.has_value())
    return Error{ErrorCode::Io, path + (*failing_ == DiskFault::Full ? ": No space left on device"
                                                                     : ": Input/output error")};
  if (is_sync && sync_to_fail_) {
    sync_to_fail_ = false;
    sync_failed_ = true;
    return Error{ErrorCode::Io, "sync " + path + ": Input/output error"};
  }
  return {};
}

Result<std::unique_ptr<storage::File>> SimDisk::open(const std::string& path, bool create) {
  if (cut_) return off(path);
  if (create == names_.contains(path))
    return Error{create ? ErrorCode::Io : ErrorCode::NotFound,
                 "open " + path + (create ? ": File exists" : ": No such file or directory")};
  if (create) {
    TRY_VOID(change(path, false));
    names_[path] = std::make_shared<Data>();
  }
  return std::unique_ptr<storage::File>(std::make_unique<Handle>(*this, names_[path], path));
}

Result<Bytes> SimDisk::read(const std::string& path, std::uint64_t size_max) const {
  const auto found = names_.find(path);
  if (found == names_.end())
    return Error{ErrorCode::NotFound, "open " + path + ": No such file or directory"};
  if (found->second->bytes.size() > size_max)
    return Error{ErrorCode::OutOfLimits, path + " is too large"};
  return found->second->bytes;
}

Result<std::vector<std::string>> SimDisk::list(const std::string& folder) const {
  std::vector<std::string> found;
  for (const auto& [path, data] : names_)
    if (path.starts_with(folder + "/")) found.push_back(path.substr(folder.size() + 1));
  return found;
}

Result<void> SimDisk::remove(const std::string& path) {
  TRY_VOID(change(path, false));
  names_.erase(path);
  return {};
}

Result<void> SimDisk::make_folder(const std::string& path) {
  return change(path, false);
}

Result<void> SimDisk::sync_folder(const std::string& path) {
  TRY_VOID(change(path, true));
  durable_names_ = names_;
  return {};
}

Result<void> SimDisk::rename(const std::string& from, const std::string& to) {
  TRY_VOID(change(from, false));
  const auto found = names_.find(from);
  if (found == names_.end()) return Error{ErrorCode::NotFound, from + ": No such file"};
  if (names_.contains(to)) return Error{ErrorCode::Conflict, to + ": File exists"};
  names_[to] = found->second;
  names_.erase(from);
  return {};
}

Result<void> SimDisk::replace(const std::string& from, const std::string& to) {
  TRY_VOID(change(from, false));
  const auto found = names_.find(from);
  if (found == names_.end()) return Error{ErrorCode::NotFound, from + ": No such file"};
  names_[to] = found->second;
  names_.erase(from);
  return {};
}

void SimDisk::arm(std::uint64_t nth, DiskFault fault) {
  until_fault_ = nth;
  fault_ = fault;
}

void SimDisk::heal() {
  until_fault_ = 0;
  failing_.reset();
  sync_to_fail_ = false;
  sync_failed_ = false;
  cut_ = false;
}

/// The kernel marks the pages clean although they never came to the disk: a later sync has nothing
/// to do, and what a restart reads back may be there or not.
void SimDisk::sync_failed(Data& data) {
  if (random_.chance(50)) data.bytes.resize(data.synced);
}

void SimDisk::kill_process() {
  const bool was_cut = cut_;
  heal();
  if (was_cut) cut_power();
}

void SimDisk::cut_power() {
  heal();
  Names after;
  for (const auto& [path, data] : names_) {
    const auto before = durable_names_.find(path);
    const bool is_durable = before != durable_names_.end() && before->second == data;
    if (is_durable || random_.chance(50)) after.emplace(path, data);
  }
  // What was replaced is there as it was or as it is; what was removed may come back.
  for (const auto& [path, data] : durable_names_)
    if (!after.contains(path) && (names_.contains(path) || random_.chance(50)))
      after.emplace(path, data);
  for (const auto& [path, data] : after)
    decide(*data);
  names_ = after;
  durable_names_ = after;
}

void SimDisk::decide(Data& data) {
  if (data.shrunk && random_.chance(50)) {
    data.bytes.resize(data.synced);
    data.bytes.insert(data.bytes.end(), data.cut_off.begin(), data.cut_off.end());
  } else if (data.bytes.size() > data.synced) {
    const auto at = data.bytes.begin() + static_cast<std::ptrdiff_t>(data.synced);
    const Bytes tail = decide_tail(Bytes(at, data.bytes.end()));
    data.bytes.resize(data.synced);
    data.bytes.insert(data.bytes.end(), tail.begin(), tail.end());
  }
  data.synced = data.bytes.size();
  data.shrunk = false;
  data.cut_off.clear();
}

Bytes SimDisk::decide_tail(const Bytes& tail) {
  Bytes kept;
  if (random_.chance(30)) return kept;  // not even the length changed
  if (unsynced_ == Unsynced::CutOff)
    return random_.chance(20)
               ? tail
               : Bytes(tail.begin(),
                       tail.begin() + static_cast<std::ptrdiff_t>(random_.below(tail.size() + 1)));
  const bool all = random_.chance(20);
  for (std::size_t at = 0; at < tail.size(); at += kSector) {
    const auto first = tail.begin() + static_cast<std::ptrdiff_t>(at);
    const std::size_t size = std::min(kSector, tail.size() - at);
    Bytes sector(first, first + static_cast<std::ptrdiff_t>(size));
    const std::uint64_t fate = all ? 0 : random_.below(4);
    if (fate == 1) std::fill(sector.begin(), sector.end(), std::uint8_t{0});
    if (fate == 2)
      std::fill(sector.begin() + static_cast<std::ptrdiff_t>(random_.below(size)), sector.end(),
                std::uint8_t{0});
    if (fate == 3)
      for (std::uint8_t& byte : sector)
        byte = static_cast<std::uint8_t>(random_.next());
    kept.insert(kept.end(), sector.begin(), sector.end());
  }
  // The length may have reached the disk or not.
  if (!all && random_.chance(50)) kept.resize(random_.below(kept.size() + 1));
  return kept;
}

void SimDisk::wipe() {
  heal();
  names_.clear();
  durable_names_.clear();
}

void SimDisk::flip(const std::string& path, std::size_t offset) {
  names_.at(path)->bytes.at(offset) ^= std::uint8_t{1};
}

SimDisk::Image SimDisk::durable_image() const {
  Image image;
  for (const auto& [path, data] : durable_names_)
    image.files[path] =
        Bytes(data->bytes.begin(), data->bytes.begin() + static_cast<std::ptrdiff_t>(data->synced));
  return image;
}

void SimDisk::restore(const Image& image) {
  wipe();
  for (const auto& [path, bytes] : image.files) {
    auto data = std::make_shared<Data>();
    data->bytes = bytes;
    data->synced = bytes.size();
    names_[path] = data;
  }
  durable_names_ = names_;
}

std::uint64_t SimDisk::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& [path, data] : names_)
    sum += data->bytes.size();
  return sum;
}

}  // namespace tally::sim
