// VoteLog: what this node promised, on disk before it is said.
#pragma once

#include <tally/base/limits.h>
#include <tally/consensus/vote_record.h>
#include <tally/storage/file.h>
#include <tally/storage/store.h>

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tally::storage {

/// Whose log it is; the first entry of each segment names it.
struct LogIdentity {
  crypto::Hash chain;
  crypto::PublicKey key;  ///< the node's consensus key
};

/// Random bytes that one log is made with. Its entries are marked and hashed with them, so that
/// whoever cannot read the disk cannot write bytes into a proposal that pass for an entry.
using LogSalt = FixedBytes<struct LogSaltTag, 16>;

/// What opening found.
struct LogContents {
  std::vector<consensus::VoteRecord> records;  ///< live ones, in order
  LogPosition position;                        ///< of the last entry
  std::string notice;  ///< a torn tail that was cut, with its offset; files not ours; or empty
};

/// A log that was looked at and left as it is.
struct InspectedLog {
  LogContents contents;
  bool holds = false;  ///< whether the position that was asked for is in it
};

/// A folder of append-only segments; one step is one entry: magic, length, sequence, hash of the
/// entry before, records, own hash. An entry is appended only after the sync before has returned,
/// so only the last can be torn (design/consensus.md §3). One owner, one thread.
class VoteLog {
 public:
  /// A new, empty log in `folder`, which exists and holds none; on disk when it returns. `salt` is
  /// no other log's, and nobody can guess it. Io or Conflict.
  [[nodiscard]] static Result<void> create(FileSystem& files, const std::string& folder,
                                           const LogIdentity& identity, const LogSalt& salt);
  /// The same in place of a log that is lost: `records` stand in its first entry, which follows
  /// `before`, so that what the ledger stores of its position stays in this log.
  [[nodiscard]] static Result<void> create_after(FileSystem& files, const std::string& folder,
                                                 const LogIdentity& identity, const LogSalt& salt,
                                                 const LogPosition& before,
                                                 const std::vector<consensus::VoteRecord>& records);
  /// What `open` would find, and whether `position` is in it. Changes nothing.
  [[nodiscard]] static Result<InspectedLog> inspect(const FileSystem& files,
                                                    const std::string& folder,
                                                    const LogIdentity& identity,
                                                    const LogPosition& position);
  /// NotFound: no log. Corrupt: a bad entry with a good one after it, with file, offset and entry;
  /// a segment that is missing. Conflict: another format's, chain's or key's. Io. A bad last entry
  /// is cut, with a notice. A segment that would grow past `segment_bytes` makes way for a new one.
  /// Borrows `files` for the log's life.
  [[nodiscard]] static Result<std::pair<VoteLog, LogContents>> open(
      FileSystem& files, const std::string& folder, const LogIdentity& identity,
      std::uint64_t segment_bytes = limits::kVoteLogSegmentBytes);
  VoteLog(VoteLog&&) noexcept;
  VoteLog& operator=(VoteLog&&) noexcept;
  ~VoteLog();

  /// Appends one entry and syncs it; with no records it does nothing. A failure is final: every
  /// later call fails too, since the pages may be gone though the next sync succeeds.
  [[nodiscard]] Result<consensus::Durable> append_and_sync(
      std::span<const consensus::VoteRecord> records);
  /// Of the last synced entry: what the ledger's batch stores beside its block.
  [[nodiscard]] LogPosition position() const;
  /// That an entry at `position` is in this log: what the ledger stored must still be here. A
  /// position before the oldest segment is answered by its sequence alone.
  [[nodiscard]] bool contains(const LogPosition& position) const;

 private:
  struct Inside;
  explicit VoteLog(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace tally::storage
