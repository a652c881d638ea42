// Extend: an operator gives one lot a later date (design/loyalty.md §12).
#include <tally/points/points.h>

#include <tally/base/check.h>
#include <tally/rules/evaluate.h>
#include <tally/state/books.h>

#include "points/corrections.h"

namespace tally::points {
namespace {

using state::Account;
using state::Lot;

/// Takes the lot out whole. nullopt: the member has no such lot.
Result<std::optional<Lot>> take_lot(Account& account, const LotId& id) {
  TRY(auto taken, account.take_from(id, *Points::from(kPointsMax)));
  return taken.has_value() ? std::optional(std::move(taken->lot)) : std::nullopt;
}

/// A lot without a date of its own has none to move; one that had a later date keeps it (§10).
Outcome check_date(const Lot& lot) {
  if (lot.idle || lot.expires_at == Timestamp::never()) return Outcome::NotEnabled;
  return lot.late_date ? Outcome::TooLate : Outcome::Accepted;
}

}  // namespace

Result<Outcome> preclaim(const Extend& extend, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, extend.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  const AccountId id{extend.member, extend.programme};
  TRY(const Corrected member, find_corrected(view, id));
  if (member.outcome != Outcome::Accepted) return member.outcome;
  TRY(auto account, Account::load(view, id));
  CHECK(account.has_value());
  TRY(const auto lot, take_lot(*account, extend.lot));
  return lot.has_value() ? check_date(*lot) : Outcome::UnknownLot;
}

Result<Outcome> apply(const Extend& extend, const TransactionContext& context, StateDelta& delta,
                      Receipt& receipt) {
  TRY(const auto* const record, context.rules->in_force(delta, extend.programme, context.height));
  CHECK(record != nullptr);
  TRY(auto account, Account::load(delta, AccountId{extend.member, extend.programme}));
  CHECK(account.has_value());
  TRY(auto lot, take_lot(*account, extend.lot));
  CHECK(lot.has_value());
  lot->expires_at = rules::extended(lot->expires_at, extend.months, extend.rounding,
                                    record->rules.programme.utc_offsets);
  TRY(auto books, state::Books::open(delta, extend.programme, context.ledger_time, receipt));
  if (!books.post(LineKind::Extended, *account, &*lot, lot->remaining))
    return Outcome::AmountOverflow;
  TRY_VOID(account->add_lot(*lot));
  TRY_VOID(books.close(*account, delta));
  TRY_VOID(books.close(delta));
  return Outcome::Accepted;
}

}  // namespace tally::points
