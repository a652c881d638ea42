// Reinstate: what expired within the programme's window lives again for a while
// (design/loyalty.md §12).
#include <tally/points/points.h>

#include <tally/base/check.h>
#include <tally/rules/evaluate.h>
#include <tally/state/books.h>

#include "points/corrections.h"

#include <algorithm>

namespace tally::points {
namespace {

using state::Account;
using state::Books;
using state::Lot;

/// What may come back now; the account remembers nothing of it any more. A lot that had a later
/// date keeps it, and that is past (§10).
Result<std::vector<Lot>> take_expired(Account& account, const Programme& programme, Timestamp now) {
  const Timestamp from =
      rules::reinstated_from(programme.expiry.reinstate, programme.utc_offsets, now);
  TRY(std::vector<Lot> lots, account.take_expired_since(from));
  std::erase_if(lots, [](const Lot& lot) { return lot.late_date; });
  return lots;
}

/// False: a sum would leave its range.
Result<bool> bring_back(Lot lot, Timestamp expires_at, Account& account, Books& books) {
  lot.expires_at = expires_at;
  lot.late_date = true;
  lot.idle = false;
  if (!books.post(LineKind::Reinstated, account, &lot, lot.remaining)) return false;
  return books.add_lot(account, std::move(lot));
}

}  // namespace

Result<Outcome> preclaim(const Reinstate& reinstate, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, reinstate.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  const Programme& programme = record->rules.programme;
  if (programme.expiry.reinstate.window_days == 0) return Outcome::NotEnabled;
  const AccountId id{reinstate.member, reinstate.programme};
  TRY(const Corrected member, find_corrected(view, id));
  if (member.outcome != Outcome::Accepted) return member.outcome;
  TRY(auto account, Account::load(view, id));
  CHECK(account.has_value());
  TRY(const auto lots, take_expired(*account, programme, context.ledger_time));
  return lots.empty() ? Outcome::TooLate : Outcome::Accepted;
}

Result<Outcome> apply(const Reinstate& reinstate, const TransactionContext& context,
                      StateDelta& delta, Receipt& receipt) {
  if (context.block_is_full) return Outcome::BlockFull;
  TRY(const auto* const record,
      context.rules->in_force(delta, reinstate.programme, context.height));
  CHECK(record != nullptr);
  const Programme& programme = record->rules.programme;
  TRY(auto account, Account::load(delta, AccountId{reinstate.member, reinstate.programme}));
  CHECK(account.has_value());
  TRY(const auto lots, take_expired(*account, programme, context.ledger_time));
  TRY(Books books, Books::open(delta, reinstate.programme, context.ledger_time, receipt));
  const Timestamp expires_at = context.ledger_time.plus(
      Duration(std::uint64_t{programme.expiry.reinstate.valid_days} * kDay.milliseconds()));
  std::size_t left = state::kLotsTakenMax;
  for (const Lot& lot : lots) {
    if (left == 0) {
      TRY_VOID(account->remember_expired(lot));  // another request brings the rest
      continue;
    }
    --left;
    if (account->is_full()) return Outcome::AmountOverflow;
    TRY(const bool brought, bring_back(lot, expires_at, *account, books));
    if (!brought) return Outcome::AmountOverflow;
  }
  TRY_VOID(books.close(*account, delta));
  TRY_VOID(books.close(delta));
  return Outcome::Accepted;
}

}  // namespace tally::points
