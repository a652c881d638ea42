// Which records of the vote log still bind or help this node (design/consensus.md §3.1, §5).
#include "storage/live_records.h"

#include <tally/base/limits.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace tally::storage {
namespace {

using consensus::VoteRecord;

/// Of these the newest alone binds: a promise for a view covers all views below.
bool is_newest_only(const VoteRecord& record) {
  return std::holds_alternative<consensus::Changing>(record) ||
         std::holds_alternative<consensus::Entered>(record) ||
         std::holds_alternative<consensus::Learner>(record);
}

struct HeightOf {
  Height operator()(const consensus::Changing&) const { return Height(); }
  Height operator()(const consensus::Entered&) const { return Height(); }
  Height operator()(const consensus::Learner&) const { return Height(); }
  Height operator()(const consensus::Proposed& r) const { return r.proposal.height; }
  Height operator()(const consensus::Voted& r) const { return r.vote.statement.height; }
  Height operator()(const consensus::Prepared& r) const { return r.certificate.statement.height; }
  Height operator()(const consensus::Committed& r) const { return r.certificate.statement.height; }
  Height operator()(const consensus::ExecutedRecord& r) const { return r.height; }
  Height operator()(const consensus::Stable& r) const { return r.certified.header.height; }
};

Height height_of(const VoteRecord& record) {
  return std::visit(HeightOf(), record);
}

}  // namespace

void LiveRecords::add(VoteRecord record) {
  const bool moves = std::holds_alternative<consensus::Stable>(record) ||
                     std::holds_alternative<consensus::ExecutedRecord>(record);
  if (std::holds_alternative<consensus::Stable>(record))
    stable_ = std::max(stable_, height_of(record));
  if (std::holds_alternative<consensus::ExecutedRecord>(record))
    executed_ = std::max(executed_, height_of(record));
  if (is_newest_only(record))
    std::erase_if(records_, [&](const VoteRecord& kept) { return kept.index() == record.index(); });
  if (moves)
    std::erase_if(records_, [&](const VoteRecord& kept) {
      const bool is_replaced =
          kept.index() == record.index() && height_of(kept) <= height_of(record);
      return is_replaced || !is_live(kept);
    });
  if (is_live(record)) records_.push_back(std::move(record));
}

bool LiveRecords::is_live(const VoteRecord& record) const {
  if (is_newest_only(record)) return true;
  const Height height = height_of(record);
  if (std::holds_alternative<consensus::Stable>(record)) return height == stable_;
  if (std::holds_alternative<consensus::ExecutedRecord>(record)) return height == executed_;
  if (height > stable_) return true;
  const bool is_for_the_ledger = std::holds_alternative<consensus::Proposed>(record) ||
                                 std::holds_alternative<consensus::Committed>(record);
  return is_for_the_ledger && height > executed_ &&
         height.value() + limits::kWindowMax > stable_.value();
}

}  // namespace tally::storage
