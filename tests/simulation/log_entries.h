// The vote log as it lies on disk, for who looks at it from outside.
#pragma once

#include "storage/vote_entry.h"

#include <optional>
#include <vector>

namespace tally::sim {

/// The whole entries that `bytes`, a segment or its continuation, starts with; they borrow it.
/// `salt`: of the log, from the last opening that was read.
[[nodiscard]] inline std::vector<storage::VoteEntry> entries_of(ByteView bytes,
                                                                storage::LogSalt& salt) {
  std::vector<storage::VoteEntry> entries;
  while (!bytes.empty()) {
    std::optional<storage::VoteEntry> entry = storage::parse_entry(&salt, bytes);
    if (!entry.has_value()) {  // a segment's first, or a torn tail that a power cut left
      entry = storage::parse_entry(nullptr, bytes);
      if (!entry.has_value()) break;
      const auto records = storage::entry_records(*entry);
      if (!records.ok() || records->empty()) break;
      if (const auto opening = storage::decode_opening(records->front()); opening.ok())
        salt = opening->salt;
    }
    bytes = bytes.subspan(entry->size);
    entries.push_back(*entry);
  }
  return entries;
}

}  // namespace tally::sim
