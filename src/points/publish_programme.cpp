// PublishProgramme: the next version of a merchant's programme, whole.
#include <tally/points/points.h>
#include <tally/rules/programme.h>

#include "points/publication.h"

#include <algorithm>

namespace tally::points {
namespace {

/// The check of rules calls this a mistake of the envelope; the ledger has a name for it (RUL-06).
bool has_campaign_twice(const Programme& programme) {
  const auto same = [](const Campaign& a, const Campaign& b) { return a.id == b.id; };
  const auto& campaigns = programme.campaigns;
  return std::adjacent_find(campaigns.begin(), campaigns.end(), same) != campaigns.end();
}

}  // namespace

Result<Outcome> preclaim(const PublishProgramme& action, const TransactionContext& context,
                         const StateView& view) {
  TRY(const Outcome claimed, check_claim({action.version, action.active_from},
                                         rules::merchants_named(action.programme), context, view));
  if (claimed != Outcome::Accepted) return claimed;
  if (has_campaign_twice(action.programme)) return Outcome::DuplicateCampaign;
  TRY(const std::optional<Programme> last, last_programme(context, view));
  TRY(const Outcome agreed, check_alone_per_day(action.programme, last, context, view));
  if (agreed != Outcome::Accepted) return agreed;
  return check_next(action.programme, last, context, view);
}

Result<Outcome> apply(const PublishProgramme& action, const TransactionContext& context,
                      StateDelta& delta, Receipt&) {
  TRY(const std::optional<Programme> last, last_programme(context, delta));
  return publish({action.version, action.active_from}, action.programme, last, context, delta);
}

}  // namespace tally::points
