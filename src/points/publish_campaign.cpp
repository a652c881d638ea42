// PublishCampaign: the last version with one campaign added, paused, resumed or ended, as the next
// one. Nothing changes in place, so what was earned under a version can be worked out again.
#include <tally/points/points.h>
#include <tally/rules/programme.h>

#include <tally/base/check.h>

#include "points/publication.h"

namespace tally::points {
namespace {

/// The programme after the change, or why it cannot be.
struct Changed {
  Outcome outcome = Outcome::Accepted;
  Programme programme;
};

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
  result.outcome = rules::change_campaign(result.programme, action);
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
