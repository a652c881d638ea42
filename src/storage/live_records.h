// LiveRecords: what a new segment of the vote log must still say.
#pragma once

#include <tally/consensus/vote_record.h>

#include <vector>

namespace tally::storage {

/// Keeps, in the order they came: all that is above the last stable height; that Stable; the last
/// Executed, Changing, Entered and Learner; and what was committed but not executed, with its
/// proposal, as long as block sync has not overtaken it (a window of heights below stable).
class LiveRecords {
 public:
  void add(consensus::VoteRecord record);
  [[nodiscard]] const std::vector<consensus::VoteRecord>& records() const { return records_; }

 private:
  [[nodiscard]] bool is_live(const consensus::VoteRecord& record) const;

  std::vector<consensus::VoteRecord> records_;
  Height stable_;
  Height executed_;
};

}  // namespace tally::storage
