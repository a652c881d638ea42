// Transfer: points from one member to another, with their dates (design/loyalty.md §13).
#include <tally/points/points.h>

#include <tally/base/check.h>
#include <tally/state/consent.h>
#include <tally/state/programme_record.h>

#include "points/lots.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace tally::points {
namespace {

using state::Account;
using state::AccountHead;
using state::Lot;
using state::Totals;

/// max(fee_min, CEIL(amount · bp / 10,000)).
Points fee_of(const TransferRule& rule, Points amount) {
  const auto share = muldiv(amount.value(), rule.fee_basis_points, 10'000, Rounding::Ceil).value();
  return std::max(rule.fee_min, Points::from(share).value());
}

Result<std::optional<AccountHead>> find_head(const StateView& view, const AccountId& id) {
  TRY(const auto account, view.find(state::account_key(id)));
  if (!account.has_value()) return std::optional<AccountHead>();
  TRY(const AccountHead head, state::decode_account_head(*account));
  return std::optional<AccountHead>(head);
}

bool is_cooling_off(const AccountHead& head, const TransferRule& rule, Timestamp now) {
  return now.since(head.enrolled_at) < rule.cooling_off;
}

/// Pieces that agree in their dates and funder make one lot, under an id of this transaction.
std::vector<Lot> lots_of(const std::vector<Piece>& pieces, Position transaction) {
  std::map<std::tuple<Timestamp, Timestamp, Timestamp, Funder>, Lot> merged;
  for (const Piece& piece : pieces) {
    const auto key = std::make_tuple(piece.lot.expires_at, piece.lot.earned_at,
                                     piece.lot.available_at, piece.lot.funder);
    const auto [place, is_new] = merged.try_emplace(key, piece.lot);
    Lot& lot = place->second;
    const Points before = is_new ? Points() : lot.original;
    lot.original = checked_add(before, piece.points).value();  // at most the amount in all
    lot.remaining = lot.original;
  }
  std::vector<Lot> lots;
  for (auto& [key, lot] : merged) {
    lot.id = LotId{transaction, static_cast<std::uint16_t>(lots.size())};
    lots.push_back(lot);
  }
  return lots;
}

void add_lines(Receipt& receipt, LineKind kind, const AccountId& account,
               const std::vector<Piece>& pieces) {
  for (const Piece& piece : pieces)
    receipt.lines.push_back(line_of(kind, account, piece));
}

Result<bool> take(Account& from, const Transfer& transfer, Points fee, std::size_t lots_max,
                  Receipt& receipt, std::vector<Piece>& sent) {
  TRY(auto pieces, take_fefo(from, transfer.points, lots_max));
  if (!pieces.has_value()) return false;
  TRY(const auto fee_pieces, take_fefo(from, fee, lots_max));
  if (!fee_pieces.has_value()) return false;
  add_lines(receipt, LineKind::Sent, from.id(), *pieces);
  add_lines(receipt, LineKind::Fee, from.id(), *fee_pieces);
  sent = std::move(*pieces);
  return true;
}

Result<bool> give(Account& to, const std::vector<Piece>& pieces, Points amount, Receipt& receipt) {
  if (to.is_full()) return false;
  const auto available = checked_add(to.head.available, amount);
  if (!available.has_value()) return false;
  to.head.available = *available;
  for (const Lot& lot : lots_of(pieces, receipt.position)) {
    TRY_VOID(to.add_lot(lot));
    receipt.lines.push_back(line_of(LineKind::Received, to.id(), Piece{lot, lot.original}));
  }
  return true;
}

Result<Outcome> count(const Transfer& transfer, Points fee, StateDelta& delta) {
  TRY(Totals totals, state::totals(delta, transfer.programme));
  const auto fees = checked_add(totals.fees, fee);
  const auto transferred = checked_add(totals.transferred, transfer.points);
  if (!fees.has_value() || !transferred.has_value()) return Outcome::AmountOverflow;
  totals.fees = *fees;
  totals.transferred = *transferred;
  totals.available = checked_subtract(totals.available, fee).value();
  ++totals.transfers;
  TRY_VOID(state::put_totals(delta, transfer.programme, totals));
  return Outcome::Accepted;
}

}  // namespace

Result<Outcome> preclaim(const Transfer& transfer, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const record, context.rules->in_force(view, transfer.programme, context.height));
  if (record == nullptr) return Outcome::UnknownProgramme;
  const TransferRule& rule = record->rules.programme.transfer;
  if (!rule.enabled) return Outcome::NotEnabled;
  TRY(const bool consents, state::has_consent(view, context, transfer.from));
  if (!consents) return Outcome::ConsentRequired;
  TRY(const auto from, find_head(view, AccountId{transfer.from, transfer.programme}));
  TRY(const auto to, find_head(view, AccountId{transfer.to, transfer.programme}));
  if (!from.has_value() || !to.has_value()) return Outcome::UnknownMember;
  if (is_cooling_off(*from, rule, context.ledger_time) ||
      is_cooling_off(*to, rule, context.ledger_time))
    return Outcome::CoolingOff;
  const auto debited = checked_add(transfer.points, fee_of(rule, transfer.points));
  if (!debited.has_value()) return Outcome::AmountOverflow;
  return *debited > from->available ? Outcome::InsufficientAvailable : Outcome::Accepted;
}

Result<Outcome> apply(const Transfer& transfer, const TransactionContext& context,
                      StateDelta& delta, Receipt& receipt) {
  CHECK(transfer.from != transfer.to);
  TRY(const auto* const record, context.rules->in_force(delta, transfer.programme, context.height));
  CHECK(record != nullptr);
  const Points fee = fee_of(record->rules.programme.transfer, transfer.points);
  TRY(auto from, Account::load(delta, AccountId{transfer.from, transfer.programme}));
  TRY(auto to, Account::load(delta, AccountId{transfer.to, transfer.programme}));
  CHECK(from.has_value());
  CHECK(to.has_value());

  std::vector<Piece> pieces;
  TRY(const bool was_taken, take(*from, transfer, fee, lots_max_in(context), receipt, pieces));
  if (!was_taken) return Outcome::InsufficientAvailable;
  TRY(const bool was_given, give(*to, pieces, transfer.points, receipt));
  if (!was_given) return Outcome::AmountOverflow;
  from->enter(receipt);
  to->enter(receipt);
  TRY_VOID(from->store(delta));
  TRY_VOID(to->store(delta));
  return count(transfer, fee, delta);
}

}  // namespace tally::points
