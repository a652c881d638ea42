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

/// FORMAT: stored in the vote log; docs/formats.md.
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
/// This node's own view-change: it votes below its view no more.
struct Changing {
  ViewChange own;
};
/// The new-view that this node accepted or made. An epoch's view 0 needs none.
struct Entered {
  NewView proof;
};
struct ExecutedRecord {
  Height height;
  Hash header;
};
struct Stable {
  CertifiedHeader certified;
};
/// How far a node that lost its votes is on its way back (design/consensus.md §3.4). FORMAT.
enum class LearnerStage : std::uint8_t {
  Asking = 1,     ///< for the peers' stable blocks
  Following = 2,  ///< up to `limit`, and on until a commit above it shows the view
  Returning = 3,  ///< votes from the first view above `view` on
  Back = 4,       ///< a voter again
};
struct Learner {
  LearnerStage stage = LearnerStage::Asking;
  Height limit;  ///< whatever was forgotten lies at or below it
  View view;     ///< whatever was forgotten belongs to it or to one below
  friend bool operator==(const Learner&, const Learner&) = default;
};
using VoteRecord = std::variant<Proposed, Voted, Prepared, Committed, Changing, Entered,
                                ExecutedRecord, Stable, Learner>;

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
