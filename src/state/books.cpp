// Books: heads, totals and receipt change together.
#include <tally/state/books.h>

#include <tally/base/check.h>

#include "state/sums.h"

namespace tally::state {
namespace {

bool move_head(AccountHead& head, const Movement& movement, Points points) {
  return move(head.available, movement.available, points) &&
         move(head.held, movement.held, points) && move(head.pending, movement.pending, points) &&
         move(head.debt, movement.debt, points);
}

ReceiptLine line_without_lot(LineKind kind, const AccountId& account, Points points) {
  ReceiptLine line;
  line.kind = kind;
  line.account = account;
  line.points = points;
  return line;
}

Points less(Points a, Points b) {
  return checked_subtract(a, b).value();
}

}  // namespace

Result<Books> Books::open(const StateView& view, MerchantId programme, Timestamp now,
                          Receipt& receipt) {
  Books books(programme, now, receipt);
  TRY(books.totals, state::totals(view, programme));
  return books;
}

bool Books::post(LineKind kind, Account& account, const Lot* lot, Points points,
                 std::string source) {
  CHECK(account.id().programme == programme_);
  if (!move_head(account.head, movement_of(kind), points)) return false;
  if (!state::post(totals, kind, points)) return false;
  receipt_->lines.push_back(lot == nullptr ? line_without_lot(kind, account.id(), points)
                                           : line_of(kind, account.id(), *lot, points));
  receipt_->lines.back().source = std::move(source);
  return true;
}

Result<bool> Books::add_lot(Account& account, Lot lot) {
  const Points settled = smaller(account.head.debt, lot.remaining);
  if (!settled.is_zero()) {
    if (!post(LineKind::Settled, account, &lot, settled)) return false;
    lot.remaining = less(lot.remaining, settled);
    lot.original = less(lot.original, settled);
  }
  if (lot.remaining.is_zero()) return true;
  TRY_VOID(account.add_lot(lot));
  return true;
}

Result<bool> Books::bring_back(LineKind kind, Account& account, Lot lot, Points points,
                               const ExpiryRule& rule) {
  lot.remaining = points;
  if (lot.idle) lot.expires_at = account.head.idle_at;
  if (!post(kind, account, &lot, points)) return false;
  if (lot.expires_at > now_) return add_lot(account, std::move(lot));
  if (rule.grace_days > 0 && !lot.late_date) {
    lot.expires_at = now_.plus(Duration(std::uint64_t{rule.grace_days} * kDay.milliseconds()));
    lot.late_date = true;
    lot.idle = false;
    return add_lot(account, std::move(lot));
  }
  if (!post(LineKind::Expired, account, &lot, points)) return false;
  if (rule.reinstate.window_days > 0) TRY_VOID(account.remember_expired(lot));
  return true;
}

Result<std::optional<std::vector<Piece>>> Books::take(LineKind kind, Account& account,
                                                      Points points, std::size_t lots_max) {
  CHECK(points <= account.head.available);
  std::vector<Piece> pieces;
  while (!points.is_zero()) {
    if (pieces.size() == lots_max) return std::optional<std::vector<Piece>>();
    TRY(const std::optional<Lot> lot, account.first_lot());
    CHECK(lot.has_value());
    const Points taken = smaller(points, lot->remaining);
    TRY_VOID(account.take_from_first(taken));
    if (!post(kind, account, &*lot, taken)) return std::optional<std::vector<Piece>>();
    pieces.push_back(Piece{*lot, taken});
    points = less(points, taken);
  }
  return std::optional<std::vector<Piece>>(std::move(pieces));
}

Result<void> Books::close(Account& account, StateDelta& delta) {
  if (account.head.last_receipt != receipt_->position) account.enter(*receipt_);
  return account.store(delta);
}

Result<void> Books::close(StateDelta& delta) {
  return put_totals(delta, programme_, totals);
}

ReceiptLine line_of(LineKind kind, const AccountId& account, const Lot& lot, Points points) {
  ReceiptLine line = line_without_lot(kind, account, points);
  line.lot = lot.id;
  line.earned_at = lot.earned_at;
  line.available_at = lot.available_at;
  line.expires_at = lot.expires_at;
  line.first_owner = lot.first_owner;
  line.original = lot.original;
  line.late_date = lot.late_date;
  line.idle = lot.idle;
  line.programme_version = lot.programme_version;
  line.funder = lot.funder;
  return line;
}

Lot lot_of(const ReceiptLine& line) {
  Lot lot;
  lot.id = line.lot;
  lot.first_owner = line.first_owner;
  lot.programme_version = line.programme_version;
  lot.earned_at = line.earned_at;
  lot.available_at = line.available_at;
  lot.expires_at = line.expires_at;
  lot.original = line.original;
  lot.remaining = line.points;
  lot.idle = line.idle;
  lot.late_date = line.late_date;
  lot.funder = line.funder;
  return lot;
}

}  // namespace tally::state
