// What a dry run warns of (design/rule-language.md §11).
#include <tally/rules/programme.h>

#include "rules/constant.h"
#include "rules/findings.h"
#include "rules/node_kind.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace tally::rules {
namespace {

class Warnings {
 public:
  explicit Warnings(const RuleSet& rules) : rules_(rules), programme_(rules.programme) {}

  std::vector<Warning> take() {
    if (splitting_pays(rules_.base)) rounding("earn.base");
    repeated("earn.excluded_cats", programme_.earn.excluded_cats);
    early("earn.pending", programme_.earn.pending);
    repeated("redeem.excluded_cats", programme_.redeem.excluded_cats);
    for (std::size_t i = 0; i < programme_.campaigns.size(); ++i)
      if (programme_.campaigns[i].state != CampaignState::Ended) campaign(i);
    return std::move(found_);
  }

 private:
  void add(std::string field, std::string what, std::string why) {
    found_.push_back({std::move(field), std::move(what), std::move(why)});
  }

  void campaign(std::size_t place) {
    const Campaign& campaign = programme_.campaigns[place];
    const CampaignTrees& trees = rules_.campaigns[place];
    const std::string field = entry("campaigns", place);
    repeated(field + "tiers", campaign.tiers);
    repeated(field + "merchants", campaign.merchants);
    repeated(field + "stores", campaign.stores);
    repeated(field + "channels", campaign.channels);
    std::vector<std::string> funders;
    for (const FunderShare& share : campaign.funders)
      funders.push_back(text_of(share.who));
    repeated(field + "funders", funders);
    equal_priority(field, campaign);
    never_matches(field, campaign, trees);
    if (splitting_pays(trees.award)) rounding(field + "award");
    if (splitting_pays(trees.referrer)) rounding(field + "referrer.award");
    if (campaign.pending && campaign.pending != programme_.earn.pending)
      early(field + "pending", *campaign.pending);
  }

  void repeated(const std::string& field, std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) add(field, shown(*twice) + " stands twice", "once says the same");
  }

  /// RUL-26: the lower id wins, on every node, but perhaps not as its author meant.
  void equal_priority(const std::string& field, const Campaign& campaign) {
    for (const Group& group : programme_.groups) {
      if (group.name != campaign.group || group.mode != GroupMode::First) continue;
      const auto key = std::tuple(campaign.group, campaign.trigger, campaign.priority);
      const auto [first, is_first] = first_of_.emplace(key, campaign.id);
      if (!is_first)
        add(field + "priority", "the same priority as " + shown(first->second),
            "in a FIRST group the lower id then wins");
    }
  }

  void never_matches(const std::string& field, const Campaign& campaign,
                     const CampaignTrees& trees) {
    if (constant_value(trees.when, campaign.params, programme_.utc_offsets) == 0)
      add(field + "when", "it is false whatever happens", "the campaign can never match");
    else if (needs_a_pass(trees.when))
      add(field + "when", "it asks for a pass", "there are none yet, so it can never match");
    if (campaign.trigger == Trigger::TierUp && programme_.tiers.tiers.size() < 2)
      add(field + "trigger", "TIER_UP without a second tier", "the campaign can never match");
  }

  void rounding(const std::string& field) {
    add(field, "it rounds up or to the nearest",
        "then a purchase that is split into small ones may earn more");  // RUL-49
  }

  /// Points that can be used before their purchase can no longer come back.
  void early(const std::string& field, const Pending& pending) {
    if (!pending.by_event && pending.span >= programme_.returns.window) return;
    const std::string what = "points activate before the returns window ends";
    if (programme_.transfer.enabled)
      add(field, what, "with transfers, what comes back late may be given away already");
    if (!programme_.tiers.tiers.empty() && !programme_.tiers.immediate_on_refund)
      add(field, what, "with on_refund AT_REVIEW, what comes back late may have raised a tier");
    std::string counters;
    for (const Counter& counter : programme_.counters)
      if (counter.post != Posting::Activation)
        counters += (counters.empty() ? "" : ", ") + shown(counter.name);
    if (!counters.empty())
      add(field, what, "counters that do not post at ACTIVATION count it: " + counters);
  }

  static bool splitting_pays(const Expression& expression) {
    return std::any_of(expression.nodes.begin(), expression.nodes.end(),
                       [](const ExpressionNode& node) {
                         const auto kind = static_cast<NodeKind>(node.kind);
                         return kind == NodeKind::MuldivUp || kind == NodeKind::MuldivHalf ||
                                kind == NodeKind::MuldivEven;
                       });
  }

  /// Whether `x in m.passes` is the whole of it, or a link of its && chain.
  static bool needs_a_pass(const Expression& when) {
    if (when.empty()) return false;
    const auto& nodes = when.nodes;
    const bool chain = static_cast<NodeKind>(nodes.front().kind) == NodeKind::And;
    for (std::size_t at = chain ? 1 : 0; at < nodes.size(); at += nodes[at].size) {
      if (static_cast<NodeKind>(nodes[at].kind) != NodeKind::InText) continue;
      const std::size_t list = at + 1 + nodes[at + 1].size;
      const bool passes = static_cast<NodeKind>(nodes[list].kind) == NodeKind::Field &&
                          static_cast<FieldNumber>(nodes[list].value) == FieldNumber::MPasses;
      if (passes) return true;
    }
    return false;
  }

  const RuleSet& rules_;
  const Programme& programme_;
  std::map<std::tuple<std::string, Trigger, std::int32_t>, std::string> first_of_;
  std::vector<Warning> found_;
};

}  // namespace

std::vector<Warning> warnings(const Programme& programme) {
  const tl::expected<RuleSet, Mistakes> rules = compile(programme);
  if (!rules) return {};
  return Warnings(*rules).take();
}

}  // namespace tally::rules
