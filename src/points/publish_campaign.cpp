// PublishCampaign: the last version with one campaign added, paused, resumed or ended, as the next
// one. Nothing changes in place, so what was earned under a version can be worked out again.
#include <tally/points/points.h>
#include <tally/rules/programme.h>

#include <tally/base/check.h>

#include "points/publication.h"

namespace tally::points {
namespace {

/// Whom the new campaign names: those of the others, and of counters, have agreed before.
Result<std::vector<std::string>> newly_named(const PublishCampaign& action, MerchantId issuer,
                                             const StateView& view) {
  std::vector<std::string> named;
  if (!action.campaign.has_value()) return named;
  TRY(const auto merchant, state::find_merchant(view, issuer));
  Programme alone;
  if (merchant.has_value()) alone.merchant = merchant->name;
  alone.campaigns = {*action.campaign};
  named = rules::merchants_named(alone);
  return named;
}

}  // namespace

Result<Outcome> preclaim(const PublishCampaign& action, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto named, newly_named(action, context.transaction->merchant, view));
  TRY(const Outcome claimed,
      check_claim({action.version, action.active_from}, named, context, view));
  if (claimed != Outcome::Accepted) return claimed;
  TRY(const std::optional<Programme> last, last_programme(context, view));
  if (!last.has_value()) return Outcome::UnknownProgramme;
  Programme next = *last;
  const Outcome changed = rules::change_campaign(next, action);
  if (changed != Outcome::Accepted) return changed;
  return check_next(next, last, context, view);
}

Result<Outcome> apply(const PublishCampaign& action, const TransactionContext& context,
                      StateDelta& delta, Receipt&) {
  TRY(const std::optional<Programme> last, last_programme(context, delta));
  CHECK(last.has_value());
  Programme next = *last;
  CHECK(rules::change_campaign(next, action) == Outcome::Accepted);
  return publish({action.version, action.active_from}, next, last, context, delta);
}

}  // namespace tally::points
