// VoteEntry: one step in the vote log, as bytes. FORMAT: stored; docs/formats.md §4.
#pragma once

#include <tally/storage/vote_log.h>

#include <optional>
#include <vector>

namespace tally::storage {

/// Entries in a row: mark (4), length u32 (of the whole entry), sequence u64, hash of the entry
/// before (32), list of bytes (the records), hash of all before it (32).
/// `salt` below is that of the log, by which the entry is marked and hashed; nullptr: the entry is
/// a segment's first, which all programs can read, and which says the salt.
struct VoteEntry {
  std::uint64_t sequence = 0;
  crypto::Hash previous;
  crypto::Hash hash;
  ByteView records;  ///< the list, still encoded; borrowed
  std::size_t size = 0;
};

/// The entry's bytes, with its place in the log.
struct EncodedEntry {
  Bytes bytes;
  LogPosition position;
};
/// The entry after `before`. REQUIRES: it is shorter than 4 GiB
[[nodiscard]] EncodedEntry encode_entry(const LogSalt* salt, const LogPosition& before,
                                        const std::vector<Bytes>& records);

/// The entry that `bytes` starts with; nullopt: none, whole and with its own hash.
[[nodiscard]] std::optional<VoteEntry> parse_entry(const LogSalt* salt, ByteView bytes);
/// Malformed: the hash holds, and yet it is no list.
[[nodiscard]] Result<std::vector<ByteView>> entry_records(const VoteEntry& entry);

/// Where in `bytes` an entry of the log of `salt` starts, whole and no segment's first, whose
/// sequence may follow `sequence`; nullopt: nowhere.
/// A disk may repeat what looks like the start of one, over and over. So that it cannot make this
/// search long, it gives up after some seconds and answers with a place that it has not looked
/// into: what follows is then taken for damage, which is the safe side.
[[nodiscard]] std::optional<std::size_t> find_entry_after(const LogSalt& salt, ByteView bytes,
                                                          std::uint64_t sequence);

/// What the first record of each segment says.
struct SegmentOpening {
  std::uint64_t segment = 0;
  LogIdentity identity;
  LogSalt salt;
};
[[nodiscard]] Bytes encode_opening(const SegmentOpening& opening);
/// Conflict: another format. Malformed.
[[nodiscard]] Result<SegmentOpening> decode_opening(ByteView bytes);

}  // namespace tally::storage
