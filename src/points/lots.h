// What earning, redeeming, transferring and expiring do with lots alike.
#pragma once

#include <tally/model/receipt.h>
#include <tally/state/account.h>
#include <tally/state/transaction_context.h>

#include <optional>
#include <vector>

namespace tally::points {

/// Lots that one transaction or due entry takes from, at most: it bounds its receipt.
inline constexpr std::size_t kLotsTakenMax = 4'096;
/// The same once the block's receipts are full (limits::kBlockLinesMax): two members who send each
/// other all their lots again and again would else make a block that no node can hold.
inline constexpr std::size_t kLotsTakenInFullBlock = 16;

[[nodiscard]] std::size_t lots_max_in(const state::TransactionContext& context);

/// A part of a lot, as the lot was before.
struct Piece {
  state::Lot lot;
  Points points;
};

/// Takes `points` in FEFO order, from the account's sum of available points too. nullopt: they lie
/// in more than `lots_max` lots; the account is spoilt then.
/// REQUIRES: as many are available; what is due has run.
[[nodiscard]] Result<std::optional<std::vector<Piece>>> take_fefo(state::Account& account,
                                                                  Points points,
                                                                  std::size_t lots_max);

[[nodiscard]] ReceiptLine line_of(LineKind kind, const AccountId& account, const Piece& piece);

}  // namespace tally::points
