// What a replica writes down before it speaks: the records of the vote log.
#pragma once

#include <tally/consensus/certificate.h>
#include <tally/consensus/message.h>

#include <variant>
#include <vector>

namespace tally::storage {
class VoteLog;
}

namespace tally::consensus {

/// FORMAT: stored in the vote log; docs/formats.md. Numbers 5 and 6 (changing, entered) and 9
/// (learner) are kept for the view change.
struct Proposed {
  Proposal proposal;
};
struct Voted {
  Vote vote;
};
struct Prepared {
  Certificate certificate;
};
struct Committed {
  Certificate certificate;
};
struct ExecutedRecord {
  Height height;
  Hash header;
};
struct Stable {
  CertifiedHeader certified;
};
using VoteRecord = std::variant<Proposed, Voted, Prepared, Committed, ExecutedRecord, Stable>;

[[nodiscard]] Bytes encode_record(const VoteRecord& record);
[[nodiscard]] Result<VoteRecord> decode_record(ByteView bytes);

/// That the records handed over so far are on disk. Only the vote log makes one, after its sync,
/// so "durable, then sent" is a type and not a habit.
class Durable {
 private:
  friend class ::tally::storage::VoteLog;
  Durable() = default;
};

}  // namespace tally::consensus
