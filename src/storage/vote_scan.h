// VoteScan: a vote log's segments, read and judged at start.
#pragma once

#include <tally/storage/vote_log.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/live_records.h"
#include "storage/vote_entry.h"

namespace tally::storage {

/// The path of segment `number`.
[[nodiscard]] std::string segment_path(const std::string& folder, std::uint64_t number);

/// What lies in a log's folder.
struct LogListing {
  std::vector<std::uint64_t> segments;  ///< ascending
  std::vector<std::string> others;      ///< names that are no segment's
};
/// NotFound: no such folder. Io.
[[nodiscard]] Result<LogListing> list_log(const FileSystem& files, const std::string& folder);

/// One segment as far as it is good.
struct Segment {
  std::uint64_t number = 0;
  std::uint64_t size = 0;          ///< bytes of whole entries
  std::uint64_t opening_size = 0;  ///< bytes of its first entry, which holds all that was live
};

/// All entries here, by what is remembered of them.
struct LogState {
  LogSalt salt;
  Segment newest;
  LogPosition before;                ///< what the oldest entry here follows
  std::vector<crypto::Hash> hashes;  ///< of the entries, in order
  LiveRecords live;

  [[nodiscard]] LogPosition position() const {
    return hashes.empty() ? before : LogPosition{before.sequence + hashes.size(), hashes.back()};
  }
  /// As VoteLog::contains says.
  [[nodiscard]] bool contains(const LogPosition& asked) const;
};

/// What a scan found, and what is to be done before the log is written to again.
struct ScannedLog {
  LogState state;
  bool is_torn = false;                     ///< cut the newest segment to its size
  std::optional<std::uint64_t> unfinished;  ///< a segment without a whole entry: remove it
  std::string notice;
};

/// Reads `segments`, at least one. Changes nothing. Corrupt, with file, offset and entry number:
/// all that a crash cannot do. Conflict: another format, chain or key.
[[nodiscard]] Result<ScannedLog> scan_log(const FileSystem& files, const std::string& folder,
                                          const LogIdentity& identity,
                                          std::span<const std::uint64_t> segments);

}  // namespace tally::storage
