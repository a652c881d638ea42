// Schedules look at the event time, and at block time once a campaign is over.
#include "rules/admission.h"

#include <algorithm>

namespace tally::rules {
namespace {

bool lists(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view tier_name(const Programme& programme, std::uint8_t tier) {
  const std::vector<Tier>& tiers = programme.tiers.tiers;
  return tier < tiers.size() ? std::string_view(tiers[tier].name) : std::string_view();
}

bool in_schedule(const Programme& programme, const Campaign& campaign, const Occasion& occasion) {
  const auto instant = [&](LocalTime local) {
    return first_instant_at(programme.utc_offsets, local);
  };
  if (campaign.starts && occasion.event_time < instant(*campaign.starts)) return false;
  if (campaign.ends && occasion.event_time >= instant(*campaign.ends)) return false;
  return !has_ended(programme, campaign, occasion.block_time);
}

}  // namespace

const Campaign* find_campaign(const Programme& programme, std::string_view id) {
  const auto found = std::lower_bound(
      programme.campaigns.begin(), programme.campaigns.end(), id,
      [](const Campaign& campaign, std::string_view wanted) { return campaign.id < wanted; });
  return found != programme.campaigns.end() && found->id == id ? &*found : nullptr;
}

bool has_ended(const Programme& programme, const Campaign& campaign, Timestamp block_time) {
  if (campaign.state == CampaignState::Ended) return true;
  if (!campaign.ends) return false;
  const Timestamp end = first_instant_at(programme.utc_offsets, *campaign.ends);
  return block_time >= end.plus(programme.offline_window);
}

RuleReason admission(const Programme& programme, const Campaign& campaign, const Occasion& occasion,
                     std::uint8_t tier) {
  if (!in_schedule(programme, campaign, occasion)) return RuleReason::NotInSchedule;
  const Earn* purchase = occasion.purchase;
  const bool admitted =
      lists(campaign.tiers, tier_name(programme, tier)) &&
      lists(campaign.merchants, occasion.merchant) &&
      lists(campaign.stores, purchase != nullptr ? purchase->store : occasion.store) &&
      lists(campaign.channels, purchase != nullptr ? purchase->channel : occasion.channel) &&
      (campaign.attestor.empty() || campaign.attestor == occasion.signed_by);
  return admitted ? RuleReason::Given : RuleReason::NotMatched;
}

}  // namespace tally::rules
