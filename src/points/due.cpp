// What falls due on an account: in this version, lots that expire (design/loyalty.md §5, §12).
#include <tally/points/points.h>

#include <tally/base/check.h>
#include <tally/state/programme_record.h>

#include "points/lots.h"

namespace tally::points {
namespace {

using state::Account;
using state::Totals;

/// Lots that expire at `deadline` leave. Where they are more than a receipt should bear, the rest
/// stays due at the same instant.
Result<Points> expire_lots(Account& account, Timestamp deadline, Receipt& receipt) {
  Points expired;
  while (receipt.lines.size() < kLotsTakenMax) {
    TRY(const auto lot, account.first_lot());
    if (!lot.has_value() || lot->expires_at > deadline) break;
    CHECK(lot->held.is_zero());  // nothing holds lots in this version
    TRY_VOID(account.take_from_first(lot->remaining));
    expired = checked_add(expired, lot->remaining).value();  // at most what is available
    receipt.lines.push_back(line_of(LineKind::Expired, account.id(), Piece{*lot, lot->remaining}));
  }
  return expired;
}

}  // namespace

Result<std::optional<Receipt>> run_first_due(const AccountId& id, Timestamp now, Position place,
                                             StateDelta& delta) {
  TRY(const auto bytes, delta.find(state::account_key(id)));
  if (!bytes.has_value()) return std::optional<Receipt>();
  TRY(const state::AccountHead head, state::decode_account_head(*bytes));
  if (head.earliest_deadline > now) return std::optional<Receipt>();

  TRY(auto account, Account::load(delta, id));
  Receipt receipt;
  receipt.position = place;
  TRY(const Points expired, expire_lots(*account, head.earliest_deadline, receipt));
  CHECK(!receipt.lines.empty());
  TRY(Totals totals, state::totals(delta, id.programme));
  account->head.available = checked_subtract(account->head.available, expired).value();
  totals.available = checked_subtract(totals.available, expired).value();
  totals.expired = checked_add(totals.expired, expired).value();  // at most what was issued
  account->enter(receipt);
  TRY_VOID(account->store(delta));
  TRY_VOID(state::put_totals(delta, id.programme, totals));
  return std::optional<Receipt>(std::move(receipt));
}

}  // namespace tally::points
