// Which damage a crash explains and which it does not (design/consensus.md §3.1, §3.3): an entry is
// appended only after the sync before has returned, so only what was written last can be torn.
#include "storage/vote_scan.h"

#include <tally/base/canary.h>
#include <tally/base/limits.h>

#include <algorithm>
#include <utility>

namespace tally::storage {
namespace {

constexpr std::string_view kSuffix = ".votes";
constexpr std::size_t kDigits = 16;

/// nullopt: not a segment's name.
std::optional<std::uint64_t> segment_number(std::string_view name) {
  if (name.size() != kDigits + kSuffix.size() || !name.ends_with(kSuffix)) return std::nullopt;
  std::uint64_t number = 0;
  for (const char digit : name.substr(0, kDigits)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return number;
}

class Scan {
 public:
  Scan(const FileSystem& files, const std::string& folder, const LogIdentity& identity)
      : files_(files), folder_(folder), identity_(identity) {}

  Result<void> read_segment(std::uint64_t number, bool is_last);
  [[nodiscard]] ScannedLog take() && { return std::move(found_); }

 private:
  Result<void> take_entry(const VoteEntry& entry);
  Result<void> take_records(const VoteEntry& entry);
  Result<void> take_opening(ByteView record);
  Result<void> judge_bad_entry(ByteView rest);
  /// Of the entry that is read.
  [[nodiscard]] Error corrupt(const std::string& why) const;
  void notice(const std::string& line) {
    found_.notice += (found_.notice.empty() ? "" : "; ") + line;
  }

  const FileSystem& files_;
  const std::string& folder_;
  const LogIdentity& identity_;
  ScannedLog found_;
  Segment segment_;   ///< that is read, as far as it has been
  std::string path_;  ///< its file
};

Result<void> Scan::read_segment(std::uint64_t number, bool is_last) {
  segment_ = Segment{.number = number};
  path_ = segment_path(folder_, number);
  TRY(const Bytes bytes, files_.read(path_, limits::kVoteLogFileBytesMax));
  while (segment_.size < bytes.size()) {
    const ByteView rest = ByteView(bytes).subspan(segment_.size);
    const LogSalt* const salt = segment_.size == 0 ? nullptr : &found_.state.salt;
    const std::optional<VoteEntry> entry = parse_entry(salt, rest);
    if (!entry.has_value()) {
      if (!is_last) return corrupt("is damaged, and a later segment follows");
      // Without its salt, nothing behind it can be told.
      if (found_.state.hashes.empty()) return corrupt("is damaged, and the log begins with it");
      TRY_VOID(judge_bad_entry(rest));
      found_.is_torn = true;
      break;
    }
    TRY_VOID(take_entry(*entry));
  }
  if (segment_.size > 0) {
    found_.state.newest = segment_;
    return {};
  }
  // A crash while this segment was being opened: the one before still holds everything.
  if (!is_last || found_.state.hashes.empty())
    return Error{ErrorCode::Corrupt, path_ + " holds no whole entry"};
  if (bytes.empty()) notice(path_ + ": removed, since it was never written to");
  found_.unfinished = number;
  found_.is_torn = false;
  return {};
}

/// A whole entry behind a bad one shows that the bad one was on disk once.
Result<void> Scan::judge_bad_entry(ByteView rest) {
  const bool is_zero = std::all_of(rest.begin(), rest.end(), [](auto byte) { return byte == 0; });
  if (!is_zero && !canary(32)) {
    const std::optional<std::size_t> good =
        find_entry_after(found_.state.salt, rest.subspan(1), found_.state.position().sequence + 1);
    if (good.has_value())
      return corrupt("is damaged, and a whole one follows at offset " +
                     std::to_string(segment_.size + 1 + *good));
  }
  notice(path_ + ": cut " + std::to_string(rest.size()) + " bytes of " +
         (is_zero ? "zeros" : "a torn entry") + " at offset " + std::to_string(segment_.size));
  return {};
}

Result<void> Scan::take_entry(const VoteEntry& entry) {
  LogState& state = found_.state;
  const bool starts_log = state.hashes.empty();
  if (starts_log && segment_.number != 1 && entry.sequence > 0)
    state.before = {entry.sequence - 1, entry.previous};
  if (entry.sequence != state.position().sequence + 1)
    return corrupt("says it is entry " + std::to_string(entry.sequence));
  if (entry.previous != state.position().hash)
    return corrupt("does not follow the entry before it");
  TRY_VOID(take_records(entry));
  state.hashes.push_back(entry.hash);
  segment_.size += entry.size;
  return {};
}

Result<void> Scan::take_records(const VoteEntry& entry) {
  Result<std::vector<ByteView>> records = entry_records(entry);
  if (!records.ok()) return corrupt("does not decode: " + records.error().message);
  std::span<const ByteView> rest(*records);
  if (segment_.size == 0) {
    if (rest.empty()) return corrupt("opens no segment");
    TRY_VOID(take_opening(rest.front()));
    rest = rest.subspan(1);
    segment_.opening_size = entry.size;
    found_.state.live = LiveRecords();  // the opening repeats all that is live
  }
  for (const ByteView bytes : rest) {
    Result<consensus::VoteRecord> record = consensus::decode_record(bytes);
    if (!record.ok()) return corrupt("does not decode: " + record.error().message);
    found_.state.live.add(std::move(*record));
  }
  return {};
}

Result<void> Scan::take_opening(ByteView record) {
  const Result<SegmentOpening> opening = decode_opening(record);
  if (!opening.ok() && opening.error().code == ErrorCode::Conflict)
    return with_context(path_, opening.error());
  if (!opening.ok()) return corrupt("does not decode: " + opening.error().message);
  if (opening->identity.chain != identity_.chain)
    return Error{ErrorCode::Conflict, path_ + ": the vote log of chain " +
                                          to_hex(opening->identity.chain.view()) + "; expected " +
                                          to_hex(identity_.chain.view())};
  if (opening->identity.key != identity_.key)
    return Error{ErrorCode::Conflict, path_ + ": the vote log of key " +
                                          to_hex(opening->identity.key.bytes()) + "; expected " +
                                          to_hex(identity_.key.bytes())};
  if (opening->segment != segment_.number)
    return corrupt("opens segment " + std::to_string(opening->segment));
  if (found_.state.hashes.empty()) found_.state.salt = opening->salt;
  if (opening->salt != found_.state.salt) return corrupt("is another log's, by its salt");
  return {};
}

Error Scan::corrupt(const std::string& why) const {
  return Error{ErrorCode::Corrupt, path_ + ": entry " +
                                       std::to_string(found_.state.position().sequence + 1) +
                                       " at offset " + std::to_string(segment_.size) + " " + why};
}

}  // namespace

bool LogState::contains(const LogPosition& asked) const {
  if (asked.sequence < before.sequence) return true;
  if (asked.sequence == before.sequence) return asked == before;
  const std::uint64_t index = asked.sequence - before.sequence - 1;
  return index < hashes.size() && hashes[index] == asked.hash;
}

std::string segment_path(const std::string& folder, std::uint64_t number) {
  const std::string digits = std::to_string(number);
  return folder + "/" + std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits +
         std::string(kSuffix);
}

Result<LogListing> list_log(const FileSystem& files, const std::string& folder) {
  TRY(const std::vector<std::string> names, files.list(folder));
  LogListing listing;
  for (const std::string& name : names) {
    const std::optional<std::uint64_t> number = segment_number(name);
    if (number.has_value())
      listing.segments.push_back(*number);
    else
      listing.others.push_back(name);
  }
  return listing;
}

Result<ScannedLog> scan_log(const FileSystem& files, const std::string& folder,
                            const LogIdentity& identity, std::span<const std::uint64_t> segments) {
  CHECK(!segments.empty());
  for (std::size_t i = 1; i < segments.size(); ++i)
    if (segments[i] != segments[i - 1] + 1)
      return Error{ErrorCode::Corrupt, segment_path(folder, segments[i - 1] + 1) + " is missing"};
  Scan scan(files, folder, identity);
  for (const std::uint64_t number : segments)
    TRY_VOID(scan.read_segment(number, number == segments.back()));
  return std::move(scan).take();
}

}  // namespace tally::storage
