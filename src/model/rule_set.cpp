// A rule set's encoding, and what a trigger's evaluation may cost. FORMAT: stored; docs/formats.md.
#include <tally/base/limits.h>
#include <tally/model/points_actions.h>
#include <tally/model/rule_set.h>

#include <algorithm>

namespace tally {
namespace {

void encode_trees(codec::Writer& out, const CampaignTrees& trees) {
  encode(out, trees.when);
  encode(out, trees.award);
  encode(out, trees.referrer);
}

Expression decode_tree(codec::Reader& in) {
  Expression expression;
  decode(in, expression);
  return expression;
}

CampaignTrees decode_trees(codec::Reader& in) {
  CampaignTrees trees;
  trees.when = decode_tree(in);
  trees.award = decode_tree(in);
  trees.referrer = decode_tree(in);
  return trees;
}

/// Each place once: what runs relies on it.
bool is_permutation(std::vector<std::uint16_t> order, std::size_t size) {
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i)
    if (order[i] != i) return false;
  return order.size() == size;
}

}  // namespace

void encode(codec::Writer& out, const RuleSet& rules) {
  encode(out, rules.programme);
  encode(out, rules.base);
  out.list(rules.counters, [](codec::Writer& w, const Expression& tree) { encode(w, tree); });
  out.list(rules.campaigns, encode_trees);
  out.list(rules.order, [](codec::Writer& w, std::uint16_t place) { w.u16(place); });
}

void decode(codec::Reader& in, RuleSet& rules) {
  decode(in, rules.programme);
  decode(in, rules.base);
  rules.counters = in.list<Expression>(limits::kCountersMax, decode_tree);
  rules.campaigns = in.list<CampaignTrees>(limits::kCampaignsMax, decode_trees);
  rules.order =
      in.list<std::uint16_t>(limits::kCampaignsMax, [](codec::Reader& r) { return r.u16(); });
  if (in.failed()) return;
  const Programme& programme = rules.programme;
  if (rules.counters.size() != programme.counters.size() ||
      rules.campaigns.size() != programme.campaigns.size() ||
      !is_permutation(rules.order, rules.campaigns.size()))
    in.fail("trees that do not stand beside their programme");
}

std::uint64_t static_cost(const RuleSet& rules, Trigger trigger) {
  std::uint64_t cost = 0;
  if (trigger == Trigger::Purchase) {
    cost += rules.base.cost;
    for (const Expression& counter : rules.counters)
      cost += counter.cost;
  }
  for (std::size_t i = 0; i < rules.campaigns.size(); ++i) {
    const Campaign& campaign = rules.programme.campaigns[i];
    if (campaign.trigger != trigger || campaign.state != CampaignState::Active) continue;
    const CampaignTrees& trees = rules.campaigns[i];
    cost += std::uint64_t{trees.when.cost} + trees.award.cost + trees.referrer.cost;
  }
  return cost;
}

}  // namespace tally
