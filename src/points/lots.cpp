// Dates of lots, and taking from them first expired, first out.
#include "points/lots.h"

#include <tally/base/check.h>

namespace tally::points {

std::size_t lots_max_in(const state::TransactionContext& context) {
  return context.block_is_full ? kLotsTakenInFullBlock : kLotsTakenMax;
}

Result<std::optional<std::vector<Piece>>> take_fefo(state::Account& account, Points points,
                                                    std::size_t lots_max) {
  const std::optional<Points> left = checked_subtract(account.head.available, points);
  CHECK(left.has_value());
  account.head.available = *left;
  std::vector<Piece> pieces;
  while (!points.is_zero()) {
    if (pieces.size() == lots_max) return std::optional<std::vector<Piece>>();
    TRY(const std::optional<state::Lot> lot, account.first_lot());
    CHECK(lot.has_value());
    CHECK(lot->held.is_zero());  // nothing holds lots in this version
    const Points taken = smaller(points, lot->remaining);
    TRY_VOID(account.take_from_first(taken));
    pieces.push_back(Piece{*lot, taken});
    points = checked_subtract(points, taken).value();
  }
  return std::optional<std::vector<Piece>>(std::move(pieces));
}

ReceiptLine line_of(LineKind kind, const AccountId& account, const Piece& piece) {
  ReceiptLine line;
  line.kind = kind;
  line.account = account;
  line.points = piece.points;
  line.lot = piece.lot.id;
  line.earned_at = piece.lot.earned_at;
  line.expires_at = piece.lot.expires_at;
  return line;
}

}  // namespace tally::points
