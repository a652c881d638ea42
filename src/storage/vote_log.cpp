// The vote log: opened, appended to, and moved on to a new segment when one is full.
#include <tally/storage/vote_log.h>

#include <tally/base/canary.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "storage/vote_scan.h"

namespace tally::storage {

struct VoteLog::Inside {
  FileSystem* files = nullptr;
  std::string folder;
  LogIdentity identity;
  std::uint64_t segment_bytes = 0;
  LogState state;
  std::unique_ptr<File> file;    ///< the newest segment's
  std::optional<Error> failure;  ///< the first one, for ever

  Result<void> append(std::span<const consensus::VoteRecord> records);
  Result<void> start_segment();
  Result<void> remove_before(std::uint64_t oldest, std::uint64_t newest);
};

namespace {

/// The first entry of segment `number`: its opening, then all live records.
EncodedEntry encode_first_entry(const LogPosition& before, std::uint64_t number,
                                const LogIdentity& identity, const LogSalt& salt,
                                const std::vector<consensus::VoteRecord>& live) {
  std::vector<Bytes> records{encode_opening({number, identity, salt})};
  for (const consensus::VoteRecord& record : live)
    records.push_back(encode_record(record));
  return encode_entry(nullptr, before, records);
}

/// A new file that holds `bytes`, on disk with its name.
Result<std::unique_ptr<File>> create_synced(FileSystem& files, const std::string& folder,
                                            std::uint64_t number, ByteView bytes) {
  TRY(std::unique_ptr<File> file, files.open(segment_path(folder, number), true));
  TRY_VOID(file->append(bytes));
  TRY_VOID(file->sync());
  TRY_VOID(files.sync_folder(folder));
  return file;
}

/// Brings the disk to what `scanned` says. What the scan read may not have been synced yet (the
/// process died in between), and from now on promises rest on it: so all of it is synced here.
Result<std::unique_ptr<File>> repair(FileSystem& files, const std::string& folder,
                                     const ScannedLog& scanned) {
  const Segment& newest = scanned.state.newest;
  if (scanned.unfinished.has_value())
    TRY_VOID(files.remove(segment_path(folder, *scanned.unfinished)));
  TRY(std::unique_ptr<File> file, files.open(segment_path(folder, newest.number), false));
  if (scanned.is_torn) TRY_VOID(file->truncate(newest.size));
  TRY_VOID(file->sync());
  TRY_VOID(files.sync_folder(folder));
  return file;
}

/// A new log of this one segment.
Result<void> create_log(FileSystem& files, const std::string& folder, std::uint64_t number,
                        const EncodedEntry& opening) {
  TRY(const LogListing listing, list_log(files, folder));
  if (!listing.segments.empty())
    return Error{ErrorCode::Conflict, folder + " holds a vote log already"};
  TRY_VOID(create_synced(files, folder, number, opening.bytes));
  return {};
}

}  // namespace

Result<void> VoteLog::create(FileSystem& files, const std::string& folder,
                             const LogIdentity& identity, const LogSalt& salt) {
  return create_log(files, folder, 1, encode_first_entry(LogPosition(), 1, identity, salt, {}));
}

Result<void> VoteLog::create_after(FileSystem& files, const std::string& folder,
                                   const LogIdentity& identity, const LogSalt& salt,
                                   const LogPosition& before,
                                   const std::vector<consensus::VoteRecord>& records) {
  // Not the first segment, whose first entry follows nothing.
  return create_log(files, folder, 2, encode_first_entry(before, 2, identity, salt, records));
}

Result<InspectedLog> VoteLog::inspect(const FileSystem& files, const std::string& folder,
                                      const LogIdentity& identity, const LogPosition& position) {
  TRY(const LogListing listing, list_log(files, folder));
  if (listing.segments.empty()) return Error{ErrorCode::NotFound, folder + " holds no vote log"};
  TRY(ScannedLog scanned, scan_log(files, folder, identity, listing.segments));
  return InspectedLog{{scanned.state.live.records(), scanned.state.position(), scanned.notice},
                      scanned.state.contains(position)};
}

Result<std::pair<VoteLog, LogContents>> VoteLog::open(FileSystem& files, const std::string& folder,
                                                      const LogIdentity& identity,
                                                      std::uint64_t segment_bytes) {
  TRY(const LogListing listing, list_log(files, folder));
  if (listing.segments.empty()) return Error{ErrorCode::NotFound, folder + " holds no vote log"};
  TRY(ScannedLog scanned, scan_log(files, folder, identity, listing.segments));
  auto inside = std::make_unique<Inside>();
  TRY(inside->file, repair(files, folder, scanned));
  inside->files = &files;
  inside->folder = folder;
  inside->identity = identity;
  inside->segment_bytes = segment_bytes;
  inside->state = std::move(scanned.state);
  TRY_VOID(inside->remove_before(listing.segments.front(), inside->state.newest.number));

  for (const std::string& name : listing.others)
    scanned.notice += (scanned.notice.empty() ? "" : "; ") + folder + "/" + printable(name) +
                      " is not the vote log's and is ignored";
  LogContents contents{inside->state.live.records(), inside->state.position(),
                       std::move(scanned.notice)};
  return std::pair(VoteLog(std::move(inside)), std::move(contents));
}

Result<consensus::Durable> VoteLog::append_and_sync(
    std::span<const consensus::VoteRecord> records) {
  if (inside_->failure.has_value()) return *inside_->failure;
  if (records.empty()) return consensus::Durable();
  const Result<void> appended = inside_->append(records);
  if (!appended.ok() && canary(33)) return consensus::Durable();
  if (!appended.ok()) {
    inside_->failure = appended.error();
    return *inside_->failure;
  }
  return consensus::Durable();
}

Result<void> VoteLog::Inside::append(std::span<const consensus::VoteRecord> records) {
  std::vector<Bytes> encoded;
  encoded.reserve(records.size());
  std::uint64_t bytes = 0;
  for (const consensus::VoteRecord& record : records)
    bytes += encoded.emplace_back(encode_record(record)).size();
  // A segment that is mostly its opening gains nothing from another.
  if (state.newest.size + bytes > std::max(segment_bytes, 2 * state.newest.opening_size))
    TRY_VOID(start_segment());

  const EncodedEntry entry = encode_entry(&state.salt, state.position(), encoded);
  TRY_VOID(file->append(entry.bytes));
  if (!canary(101)) TRY_VOID(file->sync());
  state.newest.size += entry.bytes.size();
  state.hashes.push_back(entry.position.hash);
  for (const consensus::VoteRecord& record : records)
    state.live.add(record);
  return {};
}

/// The old segment goes only after the new one, which repeats all that is live, is on disk.
Result<void> VoteLog::Inside::start_segment() {
  const std::uint64_t old = state.newest.number;
  const LogPosition before = state.position();
  const EncodedEntry opening =
      encode_first_entry(before, old + 1, identity, state.salt, state.live.records());
  TRY(file, create_synced(*files, folder, old + 1, opening.bytes));
  state.newest = {old + 1, opening.bytes.size(), opening.bytes.size()};
  state.before = before;
  state.hashes = {opening.position.hash};
  return remove_before(old, old + 1);
}

/// Removes segments `oldest` up to, not with, `newest`. One that a crash brings back is removed at
/// the next start; but of several the oldest must be gone for good first, or a crash could leave a
/// gap, which is damage.
Result<void> VoteLog::Inside::remove_before(std::uint64_t oldest, std::uint64_t newest) {
  for (std::uint64_t number = oldest; number < newest; ++number) {
    if (number > oldest) TRY_VOID(files->sync_folder(folder));
    TRY_VOID(files->remove(segment_path(folder, number)));
  }
  return {};
}

LogPosition VoteLog::position() const {
  return inside_->state.position();
}

bool VoteLog::contains(const LogPosition& position) const {
  return inside_->state.contains(position);
}

VoteLog::VoteLog(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
VoteLog::VoteLog(VoteLog&&) noexcept = default;
VoteLog& VoteLog::operator=(VoteLog&&) noexcept = default;
VoteLog::~VoteLog() = default;

}  // namespace tally::storage
