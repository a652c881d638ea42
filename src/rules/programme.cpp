// From a programme to its rule set; the checks stand in sections.cpp and envelope.cpp.
#include <tally/rules/programme.h>

#include <tally/base/limits.h>
#include <tally/model/points_actions.h>

#include "rules/checks.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <tuple>

namespace tally::rules {
namespace {

constexpr std::array<std::pair<Trigger, std::string_view>, 5> kTriggers = {{
    {Trigger::Purchase, "PURCHASE"},
    {Trigger::Enrol, "ENROL"},
    {Trigger::Activated, "ACTIVATED"},
    {Trigger::Attested, "ATTESTED"},
    {Trigger::TierUp, "TIER_UP"},
}};

/// RUL-27, RUL-28: of all active campaigns of one trigger together.
void check_totals(Findings& findings, const RuleSet& rules) {
  std::uint64_t counters = 0;
  for (const Expression& counter : rules.counters)
    counters += counter.cost;
  if (counters > limits::kTriggerCostMax)
    findings.add(Reason::TooCostly, "counters",
                 "a cost of " + std::to_string(counters) + " of all counters",
                 "at most " + std::to_string(limits::kTriggerCostMax), "make their `when` shorter");
  const auto& campaigns = rules.programme.campaigns;
  for (const auto& [trigger, name] : kTriggers) {
    std::size_t count = 0;
    std::uint64_t cost = 0;
    for (std::size_t i = 0; i < campaigns.size(); ++i) {
      if (campaigns[i].trigger != trigger || campaigns[i].state != CampaignState::Active) continue;
      const CampaignTrees& trees = rules.campaigns[i];
      ++count;
      cost += std::uint64_t{trees.when.cost} + trees.award.cost + trees.referrer.cost;
    }
    const std::string of = " of " + std::string(name);
    if (count > limits::kTriggerCampaignsMax)
      findings.add(Reason::TooLarge, "campaigns", std::to_string(count) + " active campaigns" + of,
                   "at most " + std::to_string(limits::kTriggerCampaignsMax),
                   "end or pause some of them");
    if (cost > limits::kTriggerCostMax)
      findings.add(Reason::TooCostly, "campaigns",
                   "a cost of " + std::to_string(cost) + " of all campaigns" + of,
                   "at most " + std::to_string(limits::kTriggerCostMax),
                   "end or pause some of them");
  }
}

void check_size(Findings& findings, const Programme& programme) {
  codec::Writer out;
  encode(out, programme);
  if (out.view().size() > limits::kProgrammeBytesMax)
    findings.add(Reason::TooLarge, "", std::to_string(out.view().size()) + " bytes encoded",
                 "at most " + std::to_string(limits::kProgrammeBytesMax));
}

/// By (order of the group, priority, id); campaigns without a group come last.
std::vector<std::uint16_t> order_of(const Programme& programme) {
  const auto key = [&](std::uint16_t place) {
    const Campaign& campaign = programme.campaigns[place];
    std::uint32_t order = 0;
    for (const Group& group : programme.groups)
      if (group.name == campaign.group) order = group.order;
    return std::tuple(campaign.group.empty(), order, campaign.priority, place);
  };
  std::vector<std::uint16_t> order(programme.campaigns.size());
  std::iota(order.begin(), order.end(), std::uint16_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::uint16_t a, std::uint16_t b) { return key(a) < key(b); });
  return order;
}

}  // namespace

tl::expected<RuleSet, Mistakes> compile(const Programme& programme) {
  Findings findings;
  RuleSet rules;
  rules.programme = programme;
  check_sections(findings, rules);
  findings.range("campaigns", programme.campaigns.size(), 0, limits::kCampaignsMax);
  if (programme.campaigns.size() <= limits::kCampaignsMax) {
    for (std::size_t i = 0; i < programme.campaigns.size(); ++i)
      rules.campaigns.push_back(check_campaign(findings, programme, i));
    check_totals(findings, rules);
    rules.order = order_of(programme);
  }
  check_size(findings, programme);
  if (!findings.empty()) return tl::unexpected<Mistakes>(findings.take());
  return rules;
}

std::vector<std::string> merchants_named(const Programme& programme) {
  std::set<std::string> names;
  for (const Partner& partner : programme.partners)
    names.insert(partner.merchant);
  for (const Counter& counter : programme.counters)
    names.insert(counter.merchant);
  for (const Campaign& campaign : programme.campaigns)
    for (const FunderShare& share : campaign.funders)
      if (share.who.kind == FunderKind::Merchant) names.insert(share.who.name);
  names.erase("");
  names.erase(programme.merchant);
  return {names.begin(), names.end()};
}

}  // namespace tally::rules
