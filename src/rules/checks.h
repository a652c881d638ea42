// What is checked of a programme; rules/programme.cpp puts it together.
#pragma once

#include <tally/model/rule_set.h>

#include "rules/findings.h"

#include <string>
#include <vector>

namespace tally::rules {

/// Everything that stands before the campaigns; `rules.base` and `rules.counters` get their trees.
void check_sections(Findings& findings, RuleSet& rules);

/// One campaign of the programme, at `place`; gives the trees of its expressions.
CampaignTrees check_campaign(Findings& findings, const Programme& programme, std::size_t place);

// What sections and envelopes have in common.
void check_caps(Findings& findings, const std::string& field, const std::vector<Cap>& caps,
                Period first);
void check_expiry(Findings& findings, const std::string& field, const ExpiryRule& rule);
void check_pending(Findings& findings, const std::string& field, const Pending& pending);

}  // namespace tally::rules
