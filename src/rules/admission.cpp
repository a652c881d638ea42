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

bool holds(Condition condition, const Programme& programme, const Campaign& campaign,
           const Occasion& occasion, std::uint8_t tier) {
  const Earn* purchase = occasion.purchase;
  switch (condition) {
    case Condition::Schedule:
      return in_schedule(programme, campaign, occasion);
    case Condition::Tier:
      return lists(campaign.tiers, tier_name(programme, tier));
    case Condition::Merchant:
      return lists(campaign.merchants, occasion.merchant);
    case Condition::Store:
      return lists(campaign.stores, purchase != nullptr ? purchase->store : occasion.store);
    case Condition::Channel:
      return lists(campaign.channels, purchase != nullptr ? purchase->channel : occasion.channel);
    case Condition::Attestor:
      return campaign.attestor.empty() || campaign.attestor == occasion.signed_by;
    case Condition::When:
      break;
  }
  return true;
}

RuleReason admission(const Programme& programme, const Campaign& campaign, const Occasion& occasion,
                     std::uint8_t tier) {
  for (const Condition condition : kEnvelopeConditions)
    if (!holds(condition, programme, campaign, occasion, tier))
      return condition == Condition::Schedule ? RuleReason::NotInSchedule : RuleReason::NotMatched;
  return RuleReason::Given;
}

}  // namespace tally::rules
