// RuleSet: a programme with the checked trees of its expressions, as one version of it is stored.
#pragma once

#include <tally/model/expression.h>
#include <tally/model/programme.h>

#include <vector>

namespace tally {

struct CampaignTrees {
  Expression when;  ///< empty: true
  Expression award;
  Expression referrer;  ///< empty: none
  friend bool operator==(const CampaignTrees&, const CampaignTrees&) = default;
};

/// FORMAT: stored; docs/formats.md. The sources are kept for people; the trees are what runs.
/// Made by rules::compile; lists run beside those of the programme, place by place.
struct RuleSet {
  Programme programme;
  Expression base;
  std::vector<Expression> counters;  ///< `when` of each counter; empty: every purchase
  std::vector<CampaignTrees> campaigns;
  std::vector<std::uint16_t> order;  ///< places of campaigns in their order of evaluation
  friend bool operator==(const RuleSet&, const RuleSet&) = default;
};

void encode(codec::Writer& out, const RuleSet& rules);
void decode(codec::Reader& in, RuleSet& rules);

/// What evaluating all active campaigns of `trigger` may cost, with base and counters of a
/// purchase: its share of a proposal's rule cost.
[[nodiscard]] std::uint64_t static_cost(const RuleSet& rules, Trigger trigger);

}  // namespace tally
