// What earning, redeeming, transferring and expiring do with lots alike.
#pragma once

#include <tally/model/receipt.h>
#include <tally/state/account.h>

#include <optional>
#include <vector>

namespace tally::points {

/// Lots that one transaction or due entry takes from, at most: it bounds its receipt.
inline constexpr std::size_t kLotsTakenMax = 4'096;

/// When a lot of `programme` that becomes available at `start` expires (design/loyalty.md §12).
[[nodiscard]] Timestamp expiry_of(const Programme& programme, Timestamp start);

/// A part of a lot, as the lot was before.
struct Piece {
  state::Lot lot;
  Points points;
};

/// Takes `points` in FEFO order, from the account's sum of available points too. nullopt: they lie
/// in more than kLotsTakenMax lots; the account is spoilt then.
/// REQUIRES: as many are available; what is due has run.
[[nodiscard]] Result<std::optional<std::vector<Piece>>> take_fefo(state::Account& account,
                                                                  Points points);

[[nodiscard]] ReceiptLine line_of(LineKind kind, const AccountId& account, const Piece& piece);

}  // namespace tally::points
