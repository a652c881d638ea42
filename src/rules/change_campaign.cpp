// One campaign of a programme added, paused, resumed or ended.
#include <tally/rules/programme.h>

#include <algorithm>

namespace tally::rules {
namespace {

bool may_become(CampaignState from, CampaignChange change) {
  switch (change) {
    case CampaignChange::Pause:
      return from == CampaignState::Active;
    case CampaignChange::Resume:
      return from == CampaignState::Paused;
    case CampaignChange::End:
      return from != CampaignState::Ended;
    case CampaignChange::Add:
      break;
  }
  return false;
}

CampaignState state_after(CampaignChange change) {
  if (change == CampaignChange::Pause) return CampaignState::Paused;
  return change == CampaignChange::Resume ? CampaignState::Active : CampaignState::Ended;
}

}  // namespace

Outcome change_campaign(Programme& programme, const PublishCampaign& action) {
  auto& campaigns = programme.campaigns;
  const auto place = std::lower_bound(campaigns.begin(), campaigns.end(), action.id,
                                      [](const Campaign& c, const auto& id) { return c.id < id; });
  const bool is_there = place != campaigns.end() && place->id == action.id;
  if (action.change == CampaignChange::Add) {
    if (is_there) return Outcome::DuplicateCampaign;
    campaigns.insert(place, *action.campaign);
    return Outcome::Accepted;
  }
  if (!is_there || !may_become(place->state, action.change)) return Outcome::UnknownCampaign;
  place->state = state_after(action.change);
  return Outcome::Accepted;
}

}  // namespace tally::rules
