// Dates of lots, and what happens at them.
#include "points/expiry.h"

#include <tally/base/check.h>

#include <algorithm>

namespace tally::points {

using state::Account;
using state::AccountHead;
using state::Books;
using state::Lot;

const ExpiryRule& expiry_rule_of(const Programme& programme, std::string_view campaign) {
  const auto found = std::find_if(programme.campaigns.begin(), programme.campaigns.end(),
                                  [&](const Campaign& each) { return each.id == campaign; });
  const bool has_own = found != programme.campaigns.end() && found->expires.has_value();
  return has_own ? *found->expires : programme.expiry;
}

void date_lot(Lot& lot, AccountHead& head, const ExpiryRule& rule, const Programme& programme,
              Timestamp start) {
  lot.available_at = start;
  lot.idle = rule.kind == ExpiryKind::Inactivity;
  if (!lot.idle) {
    lot.expires_at = rules::expires_at(rule, programme.utc_offsets, start);
    return;
  }
  // A bonus may come before the member ever bought, and points may wait past the date that their
  // own earn gave.
  if (head.idle_at <= start || head.idle_at == Timestamp::never())
    head.idle_at = rules::idle_at(rule, programme.utc_offsets, start);
  lot.expires_at = head.idle_at;
}

Result<void> expire_lots(Books& books, Account& account, const Programme& programme,
                         Timestamp deadline) {
  const Reinstatement& reinstate = programme.expiry.reinstate;
  for (std::size_t lines = 0; lines < state::kLotsTakenMax; ++lines) {
    TRY(const auto lot, account.first_lot());
    if (!lot.has_value() || lot->expires_at > deadline) break;
    TRY_VOID(account.take_from_first(lot->remaining));
    CHECK(books.post(LineKind::Expired, account, &*lot, lot->remaining));  // all of it was issued
    const bool may_return = reinstate.window_days > 0 && !lot->late_date;
    if (may_return) TRY_VOID(account.remember_expired(*lot));
  }
  return account.forget_expired_before(
      reinstate.window_days > 0 ? rules::reinstated_from(reinstate, programme.utc_offsets, deadline)
                                : Timestamp::never());
}

}  // namespace tally::points
