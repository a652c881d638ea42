// Groups: which of a trigger's campaigns give, once each knows what its own limits leave it.
#pragma once

#include <tally/model/rule_result.h>

#include <cstdint>
#include <span>

namespace tally::rules {

/// A campaign that was asked. Until it is paid, `result.given` is what it would give.
struct Candidate {
  std::uint16_t campaign = 0;  ///< its place in the programme
  RuleResult result;
};

/// FIRST keeps the first of its group that gives more than 0, BEST the largest, of equals the lower
/// id, STACK all; what is left out gives 0, GROUP (design/loyalty.md §8). REQUIRES: `candidates` in
/// their order of evaluation, in which a group stands together.
void choose_in_groups(const Programme& programme, std::span<Candidate> candidates);

}  // namespace tally::rules
