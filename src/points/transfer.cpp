// Transfer: points from one member to another, with their dates (design/loyalty.md §13).
#include <tally/base/check.h>
#include <tally/points/points.h>
#include <tally/state/books.h>
#include <tally/state/consent.h>
#include <tally/state/programme_record.h>

#include "points/heads.h"
#include "points/lots.h"
#include "points/transfers.h"
#include "points/velocity.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace tally::points {
namespace {

using state::Account;
using state::AccountHead;
using state::Books;
using state::Lot;
using state::Piece;

Counted counted(Points amount, const TransactionContext& context) {
  return Counted{VelocityWhat::Transfer, context.transaction->merchant, context.ledger_time,
                 amount};
}

/// Pieces that agree in their dates and funder make one lot, under an id of this transaction. What
/// was idle keeps the date that it had: gifts do not count as activity.
std::vector<Lot> lots_of(const std::vector<Piece>& pieces, Position transaction) {
  using Key = std::tuple<Timestamp, Timestamp, Timestamp, Funder, bool>;
  std::map<Key, Lot> merged;
  for (const Piece& piece : pieces) {
    const Lot& from = piece.lot;
    const Key key{from.expires_at, from.earned_at, from.available_at, from.funder, from.late_date};
    const auto [place, is_new] = merged.try_emplace(key, from);
    Lot& lot = place->second;
    const Points before = is_new ? Points() : lot.original;
    lot.original = checked_add(before, piece.points).value();  // at most the amount in all
    lot.remaining = lot.original;
    lot.idle = false;
  }
  std::vector<Lot> lots;
  for (auto& [key, lot] : merged) {
    lot.id = LotId{transaction, static_cast<std::uint16_t>(lots.size())};
    lots.push_back(lot);
  }
  return lots;
}

Result<bool> give(Account& to, const std::vector<Piece>& pieces, Books& books, Position place) {
  if (to.is_full()) return false;
  for (const Lot& lot : lots_of(pieces, place)) {
    if (!books.post(LineKind::Received, to, &lot, lot.original)) return false;
    TRY(const bool was_added, books.add_lot(to, lot));
    if (!was_added) return false;
  }
  return true;
}

}  // namespace

Points transfer_fee(const TransferRule& rule, Points amount) {
  const auto share = muldiv(amount.value(), rule.fee_basis_points, 10'000, Rounding::Ceil).value();
  return std::max(rule.fee_min, Points::from(share).value());
}

bool is_cooling_off(const AccountHead& head, const TransferRule& rule, Timestamp now) {
  return now.since(head.enrolled_at) < rule.cooling_off;
}

Outcome check_sender(const AccountHead& head, const Programme& programme, Points amount,
                     const TransactionContext& context) {
  const TransferRule& rule = programme.transfer;
  const Outcome may_spend = check_may_spend(head);
  if (may_spend != Outcome::Accepted) return may_spend;
  if (is_cooling_off(head, rule, context.ledger_time)) return Outcome::CoolingOff;
  if (!head.debt.is_zero()) return Outcome::DebtOutstanding;
  if (check_velocity(programme, head, counted(amount, context)) != Velocity::Within)
    return Outcome::VelocityLimit;
  const auto debited = checked_add(amount, transfer_fee(rule, amount));
  if (!debited.has_value()) return Outcome::AmountOverflow;
  return *debited > head.available ? Outcome::InsufficientAvailable : Outcome::Accepted;
}

void count_transfer(AccountHead& head, const Programme& programme, Points amount,
                    const TransactionContext& context) {
  note_velocity(programme, head, counted(amount, context));
}

Result<Outcome> preclaim(const Transfer& transfer, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, transfer.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  const Programme& programme = record->rules.programme;
  if (!programme.transfer.enabled) return Outcome::NotEnabled;
  TRY(const bool consents, state::has_consent(view, context, transfer.from));
  if (!consents) return Outcome::ConsentRequired;
  TRY(const auto from, find_head(view, AccountId{transfer.from, transfer.programme}));
  TRY(const auto to, find_head(view, AccountId{transfer.to, transfer.programme}));
  if (!from.has_value() || !to.has_value()) return Outcome::UnknownMember;
  // A frozen member may receive, as it may earn.
  const Outcome may_receive = check_open(*to);
  if (may_receive != Outcome::Accepted) return may_receive;
  if (is_cooling_off(*to, programme.transfer, context.ledger_time)) return Outcome::CoolingOff;
  return check_sender(*from, programme, transfer.points, context);
}

Result<Outcome> apply(const Transfer& transfer, const TransactionContext& context,
                      StateDelta& delta, Receipt& receipt) {
  TRY(const auto* const record, context.rules->in_force(delta, transfer.programme, context.height));
  CHECK(record != nullptr);
  const Programme& programme = record->rules.programme;
  TRY(auto from, Account::load(delta, AccountId{transfer.from, transfer.programme}));
  TRY(auto to, Account::load(delta, AccountId{transfer.to, transfer.programme}));
  CHECK(from.has_value());
  CHECK(to.has_value());
  CHECK(from->id() != to->id());
  TRY(Books books, Books::open(delta, transfer.programme, context.ledger_time, receipt));

  const std::size_t lots_max = lots_max_in(context);
  TRY(const auto sent, books.take(LineKind::Sent, *from, transfer.points, lots_max));
  if (!sent.has_value()) return Outcome::InsufficientAvailable;
  const Points fee = transfer_fee(programme.transfer, transfer.points);
  TRY(const auto paid, books.take(LineKind::Fee, *from, fee, lots_max));
  if (!paid.has_value()) return Outcome::InsufficientAvailable;
  TRY(const bool was_given, give(*to, *sent, books, receipt.position));
  if (!was_given) return Outcome::AmountOverflow;

  count_transfer(from->head, programme, transfer.points, context);
  ++books.totals.transfers;
  TRY_VOID(books.close(*from, delta));
  TRY_VOID(books.close(*to, delta));
  TRY_VOID(books.close(delta));
  return Outcome::Accepted;
}

}  // namespace tally::points
