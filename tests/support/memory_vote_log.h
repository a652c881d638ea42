// The vote log of tests of consensus alone: in memory, with the real one's promise.
//
// Only storage::VoteLog may make a Durable. The tests of consensus do not link storage, so this
// binary defines that name itself; nothing that links tally::storage may include this file.
#pragma once

#include <tally/base/check.h>
#include <tally/consensus/vote_record.h>

#include <algorithm>
#include <span>
#include <vector>

namespace tally::storage {

class VoteLog {
 public:
  /// As bytes, so that what comes back went through the codec.
  [[nodiscard]] consensus::Durable append_and_sync(std::span<const consensus::VoteRecord> records) {
    for (const consensus::VoteRecord& record : records)
      entries_.push_back(encode_record(record));
    return {};
  }

  [[nodiscard]] std::vector<consensus::VoteRecord> history() const {
    std::vector<consensus::VoteRecord> records;
    for (const Bytes& entry : entries_) {
      Result<consensus::VoteRecord> record = consensus::decode_record(entry);
      CHECK(record.ok());
      CHECK(encode_record(*record) == entry);
      records.push_back(std::move(record).value());
    }
    return records;
  }

  /// What is left when a new segment begins: nothing at or below stable but the newest marks.
  void compact() {
    const std::vector<consensus::VoteRecord> records = history();
    const auto is_stable = [](const auto& r) {
      return std::holds_alternative<consensus::Stable>(r);
    };
    const auto newest = std::find_if(records.rbegin(), records.rend(), is_stable);
    if (newest == records.rend()) return;
    const Height stable = std::get<consensus::Stable>(*newest).certified.header.height;
    std::vector<Bytes> kept;
    for (std::size_t i = 0; i < records.size(); ++i)
      if (&records[i] == &*newest || is_above(records[i], stable)) kept.push_back(entries_[i]);
    entries_ = std::move(kept);
  }

 private:
  [[nodiscard]] static bool is_above(const consensus::VoteRecord& record, Height stable) {
    if (const auto* proposed = std::get_if<consensus::Proposed>(&record))
      return proposed->proposal.height > stable;
    if (const auto* voted = std::get_if<consensus::Voted>(&record))
      return voted->vote.statement.height > stable;
    if (const auto* prepared = std::get_if<consensus::Prepared>(&record))
      return prepared->certificate.statement.height > stable;
    if (const auto* committed = std::get_if<consensus::Committed>(&record))
      return committed->certificate.statement.height > stable;
    return !std::holds_alternative<consensus::ExecutedRecord>(record) &&
           !std::holds_alternative<consensus::Stable>(record);
  }

  std::vector<Bytes> entries_;
};

}  // namespace tally::storage
