// The model's versions of the programme: which is in force when, and what may be published next
// (design/rule-language.md §10, design/loyalty.md §2).
#include <tally/base/check.h>
#include <tally/base/limits.h>

#include "property/ledger_model.h"

#include <algorithm>

namespace tally::test {
namespace {

/// The number that ends a rule; 0: the rule is empty.
Amount last_number(const RuleSource& rule) {
  if (rule.empty()) return 0;
  const std::size_t end = rule.find_last_of("0123456789");
  CHECK(end != RuleSource::npos);
  const std::size_t before = rule.find_last_not_of("0123456789", end);
  const std::size_t start = before == RuleSource::npos ? 0 : before + 1;
  return std::stoll(rule.substr(start, end + 1 - start));
}

ModelCampaign model_of(const Campaign& campaign) {
  ModelCampaign model;
  model.id = campaign.id;
  model.attested = campaign.trigger == Trigger::Attested;
  model.attestor = campaign.attestor;
  model.runs = campaign.state == CampaignState::Active;
  model.ended = campaign.state == CampaignState::Ended;
  model.from = last_number(campaign.when);
  model.bonus = last_number(campaign.award);
  model.once = !campaign.cap_times.empty();
  if (campaign.budget.has_value()) model.budget = campaign.budget->points.value();
  if (campaign.pending.has_value()) model.pending = campaign.pending->span.milliseconds();
  model.expiry = campaign.expires;
  model.funder = campaign.funders.at(0).who;
  return model;
}

const Campaign* find_campaign(const Programme& programme, const std::string& id) {
  const auto found = std::find_if(programme.campaigns.begin(), programme.campaigns.end(),
                                  [&](const Campaign& campaign) { return campaign.id == id; });
  return found == programme.campaigns.end() ? nullptr : &*found;
}

/// What a change makes of the programme (docs/adr/0011-a-version-is-a-whole-rule-set.md), or why it
/// cannot be.
Outcome make_change(Programme& programme, const PublishCampaign& action) {
  auto& all = programme.campaigns;
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const Campaign& campaign) { return campaign.id == action.id; });
  if (action.change == CampaignChange::Add) {
    if (found != all.end()) return Outcome::DuplicateCampaign;
    all.push_back(*action.campaign);
    std::sort(all.begin(), all.end(),
              [](const Campaign& a, const Campaign& b) { return a.id < b.id; });
    return Outcome::Accepted;
  }
  if (found == all.end() || found->state == CampaignState::Ended) return Outcome::UnknownCampaign;
  const bool runs = found->state == CampaignState::Active;
  if (action.change == CampaignChange::End) {
    found->state = CampaignState::Ended;
  } else if ((action.change == CampaignChange::Pause) != runs) {
    return Outcome::UnknownCampaign;
  } else {
    found->state = runs ? CampaignState::Paused : CampaignState::Active;
  }
  return Outcome::Accepted;
}

}  // namespace

ModelRules rules_of(const Programme& programme, const ModelRules& before) {
  ModelRules rules;
  rules.programme = programme;
  rules.per = last_number(programme.earn.base);
  for (const Campaign& campaign : programme.campaigns)
    rules.campaigns.push_back(model_of(campaign));
  rules.memory = before.memory;
  rules.validity_max = before.validity_max;
  return rules;
}

void LedgerModel::begin_block(std::uint64_t height, Ms now) {
  height_ = height;
  for (ModelVersion& version : versions_)
    if (version.from <= height && version.since == kNeverMs) version.since = now;
  run_due(now);
  in_force_ = version_at(now);
}

/// The youngest of those that had begun: one that begins later than a younger one never counts.
std::size_t LedgerModel::version_at(Ms t) const {
  std::size_t version = versions_.size() - 1;
  while (versions_.at(version).since > t)
    --version;
  return version;
}

void LedgerModel::judge_next(const NextVersion& next, const Programme& programme,
                             const ModelCall& call, ModelAnswer& answer) const {
  if (next.number != versions_.size() + 1) answer.must.insert(Outcome::VersionNotNext);
  const Height height = call.place.height;
  if (next.active_from != Height() && next.active_from <= height)
    answer.must.insert(Outcome::HeightNotAllowed);
  std::size_t waiting = 0;
  while (waiting < versions_.size() &&
         versions_[versions_.size() - 1 - waiting].from > height.value())
    ++waiting;
  // How many may wait, the page does not say; ADR 0011 has the most.
  if (waiting >= limits::kPendingVersionsMax) answer.must.insert(Outcome::HeightNotAllowed);
  if (waiting >= limits::kPendingVersionsMax / 2) answer.may.insert(Outcome::HeightNotAllowed);
  // What members have used of its caps, and what it has given, must not count for another one.
  for (const Campaign& campaign : programme.campaigns) {
    const Campaign* const before = find_campaign(last_rules().programme, campaign.id);
    const bool has_ended = before != nullptr && before->state == CampaignState::Ended;
    const bool comes_back = has_ended && campaign.state != CampaignState::Ended;
    if (comes_back || left_out_.contains(campaign.id))
      answer.must.insert(Outcome::DuplicateCampaign);
  }
  if (programme.offline_window.milliseconds() > rules().memory ||
      programme.returns.window.milliseconds() > rules().memory)
    answer.must.insert(Outcome::WindowTooLong);
}

void LedgerModel::publish(const NextVersion& next, const Programme& programme,
                          const ModelCall& call) {
  for (const Campaign& campaign : last_rules().programme.campaigns)
    if (find_campaign(programme, campaign.id) == nullptr) left_out_.insert(campaign.id);
  const bool at_once = next.active_from == Height();
  const Height from = at_once ? call.place.height.next() : next.active_from;
  versions_.push_back({from.value(), kNeverMs, rules_of(programme, rules())});
}

void LedgerModel::judge(const PublishProgramme& action, const ModelCall& call,
                        ModelAnswer& answer) const {
  judge_next({action.version, action.active_from}, action.programme, call, answer);
}

void LedgerModel::apply(const PublishProgramme& action, const ModelCall& call) {
  publish({action.version, action.active_from}, action.programme, call);
}

void LedgerModel::judge(const PublishCampaign& action, const ModelCall& call,
                        ModelAnswer& answer) const {
  Programme next = last_rules().programme;
  const Outcome made = make_change(next, action);
  if (made != Outcome::Accepted) answer.must.insert(made);
  judge_next({action.version, action.active_from}, next, call, answer);
}

void LedgerModel::apply(const PublishCampaign& action, const ModelCall& call) {
  Programme next = last_rules().programme;
  CHECK(make_change(next, action) == Outcome::Accepted);
  publish({action.version, action.active_from}, next, call);
}

}  // namespace tally::test
