// PublishCampaign: the last version with one campaign added, paused, resumed or ended, as the next
// one. Nothing changes in place, so what was earned under a version can be worked out again.
#include <tally/points/points.h>
#include <tally/rules/programme.h>

#include <tally/base/check.h>

#include "points/publication.h"

#include <algorithm>

namespace tally::points {
namespace {

/// The programme after the change, or why it cannot be.
struct Changed {
  Outcome outcome = Outcome::Accepted;
  Programme programme;
};

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

/// An id is never used again, not even of a campaign that ended: its caps and budget still count.
Outcome change(Programme& programme, const PublishCampaign& action) {
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

Result<Changed> changed(const PublishCampaign& action, const TransactionContext& context,
                        const StateView& view) {
  Changed result;
  const MerchantId merchant_id = context.transaction->merchant;
  TRY(const auto merchant, state::find_merchant(view, merchant_id));
  const std::uint32_t last = merchant.has_value() ? merchant->programme_version : 0;
  TRY(auto record, state::find_version(view, merchant_id, last));
  if (!record.has_value()) {
    result.outcome = Outcome::UnknownProgramme;
    return result;
  }
  result.programme = std::move(record->rules.programme);
  result.outcome = change(result.programme, action);
  return result;
}

/// Whom the new campaign names: those of the others, and of counters, have agreed before.
std::vector<std::string> newly_named(const PublishCampaign& action, const Programme& programme) {
  if (!action.campaign.has_value()) return {};
  Programme alone;
  alone.merchant = programme.merchant;
  alone.campaigns = {*action.campaign};
  return rules::merchants_named(alone);
}

}  // namespace

Result<Outcome> preclaim(const PublishCampaign& action, const TransactionContext& context,
                         const StateView& view) {
  TRY(const Changed next, changed(action, context, view));
  if (next.outcome != Outcome::Accepted) return next.outcome;
  return check_publication({action.version, action.active_from}, next.programme,
                           newly_named(action, next.programme), context, view);
}

Result<Outcome> apply(const PublishCampaign& action, const TransactionContext& context,
                      StateDelta& delta, Receipt&) {
  TRY(const Changed next, changed(action, context, delta));
  CHECK(next.outcome == Outcome::Accepted);
  return publish({action.version, action.active_from}, next.programme, context, delta);
}

}  // namespace tally::points
