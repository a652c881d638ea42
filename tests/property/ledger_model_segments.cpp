// The model's segments: which members a merchant counts to a group (design/loyalty.md §22).
#include <tally/base/limits.h>

#include "property/ledger_model.h"

#include <algorithm>

namespace tally::test {

std::set<MemberId> LedgerModel::all_resolved(const std::vector<MemberId>& members) const {
  std::set<MemberId> all;
  for (const MemberId& member : members)
    all.insert(resolved(member));
  return all;
}

void LedgerModel::judge(const PublishSegment& action, const ModelCall&, ModelAnswer& answer) const {
  const std::set<MemberId> removed = all_resolved(action.remove);
  for (const MemberId& member : all_resolved(action.add)) {
    // Who is added by one name and removed by another is one member by now.
    if (removed.contains(member)) answer.must.insert(Outcome::NotPermitted);
    ModelAnswer of_member;
    const ModelAccount* account = check_open(member, of_member);
    answer.must.merge(of_member.must);
    if (account == nullptr || account->segments.contains(action.segment)) continue;
    if (account->segments_open)
      answer.may.insert(Outcome::TooManySegments);
    else if (account->segments.size() >= limits::kSegmentsMax)
      answer.must.insert(Outcome::TooManySegments);
  }
}

void LedgerModel::apply(const PublishSegment& action, const ModelCall&) {
  for (const MemberId& member : all_resolved(action.add)) {
    ++accounts_.at(member).touched;
    accounts_.at(member).segments.insert(action.segment);
  }
  // Who is to leave may be unknown, or in no such segment.
  for (const MemberId& member : all_resolved(action.remove)) {
    const auto known = accounts_.find(member);
    if (known == accounts_.end()) continue;
    ++known->second.touched;
    known->second.segments.erase(action.segment);
  }
}

}  // namespace tally::test
