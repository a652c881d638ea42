// What the fields of operators' corrections show to be wrong.
#include <tally/base/limits.h>

#include "model/check_fields.h"

namespace tally {
namespace {

/// A code, of which nobody's number can be made.
Result<void> check_reason(std::string_view reason) {
  TRY_VOID(check_short_id("reason", reason));
  return check_no_personal_data("reason", reason);
}

Result<void> check_opening(const std::string& field, const OpeningLot& lot) {
  TRY_VOID(check_member(field + ".member", lot.member));
  TRY_VOID(check_points(field + ".points", lot.points));
  TRY_VOID(require(lot.earned_at < lot.expires_at, field + ".expires_at",
                   lot.expires_at.milliseconds(), "a time after earned_at"));
  return check_ref(field + ".ref", lot.ref);
}

}  // namespace

Result<void> check_fields(const Adjust& action) {
  TRY_VOID(check_account(action.programme, action.member));
  TRY_VOID(check_points("points", action.points));
  return check_reason(action.reason);
}

/// Whether the totals are right, execution says: TOTALS_DIFFER.
Result<void> check_fields(const AdjustBulk& action) {
  TRY_VOID(check_programme_id(action.programme));
  TRY_VOID(check_reason(action.reason));
  TRY_VOID(require_range("members", action.members.size(), 1, limits::kAdjustedMembersMax));
  TRY_VOID(check_ascending("members", action.members,
                           [](const AdjustedMember& adjusted) { return adjusted.member; }));
  for (std::size_t i = 0; i < action.members.size(); ++i) {
    const std::string field = "members[" + std::to_string(i) + "]";
    TRY_VOID(check_member(field + ".member", action.members[i].member));
    TRY_VOID(check_points(field + ".points", action.members[i].points));
  }
  return {};
}

Result<void> check_fields(const OpenLots& action) {
  TRY_VOID(check_programme_id(action.programme));
  TRY_VOID(require_range("lots", action.lots.size(), 1, limits::kOpeningLotsMax));
  TRY_VOID(check_ascending("lots", action.lots,
                           [](const OpeningLot& lot) { return std::string_view(lot.ref); }));
  for (std::size_t i = 0; i < action.lots.size(); ++i)
    TRY_VOID(check_opening("lots[" + std::to_string(i) + "]", action.lots[i]));
  return {};
}

Result<void> check_fields(const Extend& action) {
  TRY_VOID(check_account(action.programme, action.member));
  return require_range("months", action.months, 1, limits::kExpiryMonthsMax);
}

Result<void> check_fields(const Reinstate& action) {
  return check_account(action.programme, action.member);
}

}  // namespace tally
