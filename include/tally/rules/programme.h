// From a programme as it is published to the rule set that runs.
#pragma once

#include <tally/model/outcome.h>
#include <tally/model/points_actions.h>
#include <tally/model/rule_set.h>
#include <tally/rules/mistake.h>

#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

namespace tally::rules {

/// Checks the whole of it: ranges, names, envelopes, every expression, all limits of
/// design/rule-language.md §7. All mistakes at once, in the order of the fields. The same on every
/// node; what depends on the ledger (version, approvals, known merchants) is not asked here.
[[nodiscard]] tl::expected<RuleSet, Mistakes> compile(const Programme& programme);

/// What a publication may do and an author may not want (design/rule-language.md §11): told by a
/// dry run, never a reason to refuse.
struct Warning {
  std::string field;  ///< as in Mistake
  std::string what;
  std::string why;
  friend bool operator==(const Warning&, const Warning&) = default;
};
[[nodiscard]] std::vector<Warning> warnings(const Programme& programme);

/// The programme after the change. DuplicateCampaign: it has one of this id, perhaps one that
/// ended, whose caps and budget still count; UnknownCampaign: none, or not in that state.
[[nodiscard]] Outcome change_campaign(Programme& programme, const PublishCampaign& action);

/// What this version of the ledger cannot hold yet, though the programme is right: counters over
/// merchants that did not agree. Publication is NOT_ENABLED; to accept it and not keep it would be
/// a lie to members.
[[nodiscard]] std::vector<Warning> unsupported(const Programme& programme);

/// Merchants other than the issuer whom the programme's funders, counters and partners name, each
/// once, ascending: their approval is needed.
[[nodiscard]] std::vector<std::string> merchants_named(const Programme& programme);

}  // namespace tally::rules
