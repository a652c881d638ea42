// Checked rules as text and as JSON.
#include "app/rule_text.h"

#include <tally/base/bytes.h>
#include <tally/base/grouped.h>
#include <tally/base/limits.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

constexpr std::array kTriggers = {Trigger::Purchase, Trigger::Enrol, Trigger::Activated,
                                  Trigger::Attested, Trigger::TierUp};

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names)
    all += (all.empty() ? "" : ", ") + printable(name);
  return all;
}

nlohmann::json json_of(const std::vector<PlacedWarning>& warnings) {
  nlohmann::json all = nlohmann::json::array();
  for (const PlacedWarning& each : warnings)
    all.push_back({{"at", each.where},
                   {"field", each.warning.field},
                   {"what", each.warning.what},
                   {"why", each.warning.why}});
  return all;
}

std::string lines_of(const char* mark, const std::vector<PlacedWarning>& warnings) {
  std::string lines;
  for (const PlacedWarning& each : warnings)
    lines += std::string(mark) + each.warning.what + "; " + each.warning.why + "; at " +
             each.where + "\n";
  return lines;
}

}  // namespace

std::string text_of(const CheckedRules& checked, std::uint32_t version) {
  const Programme& programme = checked.rules.programme;
  std::string text = "programme  " + programme.id + " of " + printable(programme.merchant) +
                     ", version " + std::to_string(version) + ": " + printable(programme.name) +
                     "\n";
  text += "campaigns  " + std::to_string(programme.campaigns.size()) + ", " +
          std::to_string(active_campaigns(programme)) + " of them active\n";
  for (const Trigger trigger : kTriggers)
    if (const std::uint64_t cost = static_cost(checked.rules, trigger); cost > 0)
      text += "cost       " + config::word_of(trigger) + " at most " + grouped(cost) + "\n";
  if (!checked.approvals.empty()) text += "approvals  " + joined(checked.approvals) + "\n";
  text += lines_of("warning: ", checked.warnings);
  text += lines_of("cannot be published yet: ", checked.unsupported);
  if (checked.unsupported.empty()) text += "nothing is wrong with it\n";
  return text;
}

std::string json_of(const CheckedRules& checked, std::uint32_t version) {
  const Programme& programme = checked.rules.programme;
  nlohmann::json costs = nlohmann::json::object();
  for (const Trigger trigger : kTriggers)
    costs[config::word_of(trigger)] = static_cost(checked.rules, trigger);
  const nlohmann::json whole = {{"programme", programme.id},
                                {"merchant", programme.merchant},
                                {"version", version},
                                {"campaigns", programme.campaigns.size()},
                                {"active", active_campaigns(programme)},
                                {"costs", std::move(costs)},
                                {"approvals", checked.approvals},
                                {"warnings", json_of(checked.warnings)},
                                {"unsupported", json_of(checked.unsupported)}};
  return whole.dump() + "\n";
}

std::size_t active_campaigns(const Programme& programme) {
  const auto& campaigns = programme.campaigns;
  return static_cast<std::size_t>(std::count_if(
      campaigns.begin(), campaigns.end(),
      [](const Campaign& campaign) { return campaign.state == CampaignState::Active; }));
}

}  // namespace tally::app
