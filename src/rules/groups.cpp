// The choice within a group, after caps and budgets and before the programme's caps.
#include "rules/groups.h"

#include <algorithm>

namespace tally::rules {
namespace {

GroupMode mode_of(const Programme& programme, const std::string& name) {
  const auto found = std::find_if(programme.groups.begin(), programme.groups.end(),
                                  [&](const Group& group) { return group.name == name; });
  return found == programme.groups.end() ? GroupMode::Stack : found->mode;
}

bool is_better(const Candidate& a, const Candidate& b) {
  if (a.result.given != b.result.given) return a.result.given > b.result.given;
  return a.result.source < b.result.source;
}

void keep_one(GroupMode mode, std::span<Candidate> group) {
  const Candidate* chosen = nullptr;
  for (const Candidate& candidate : group) {
    if (candidate.result.given.is_zero()) continue;
    if (chosen == nullptr || (mode == GroupMode::Best && is_better(candidate, *chosen)))
      chosen = &candidate;
  }
  for (Candidate& candidate : group) {
    if (&candidate == chosen || candidate.result.given.is_zero()) continue;
    candidate.result.given = Points();
    candidate.result.reason = RuleReason::Group;
  }
}

}  // namespace

void choose_in_groups(const Programme& programme, std::span<Candidate> candidates) {
  const auto group_of = [&](std::size_t i) -> const std::string& {
    return programme.campaigns[candidates[i].campaign].group;
  };
  for (std::size_t begin = 0; begin < candidates.size();) {
    std::size_t end = begin + 1;
    while (end < candidates.size() && group_of(end) == group_of(begin))
      ++end;
    const GroupMode mode = mode_of(programme, group_of(begin));  // none of its own: STACK
    if (mode != GroupMode::Stack) keep_one(mode, candidates.subspan(begin, end - begin));
    begin = end;
  }
}

}  // namespace tally::rules
