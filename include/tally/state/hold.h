// Holds: points set aside for a purchase, and how they were resolved (design/loyalty.md §11).
#pragma once

#include <tally/model/receipt.h>
#include <tally/state/lots.h>
#include <tally/state/reservation.h>
#include <tally/state/state_delta.h>

#include <optional>
#include <vector>

namespace tally::state {

/// A part of a lot, as the lot was before, and whose it was: of a pool it may be another member's.
struct HeldPiece {
  MemberId owner;
  Lot lot;
  Points points;
  friend bool operator==(const HeldPiece&, const HeldPiece&) = default;
};

void encode_held_piece(codec::Writer& out, const HeldPiece& piece);
[[nodiscard]] HeldPiece decode_held_piece(codec::Reader& in);

enum class HoldState : std::uint8_t { Open = 1, Captured = 2, Voided = 3, TimedOut = 4 };

/// FORMAT: stored; docs/formats.md §3. An open one is named by its accounts' heads, which carry its
/// deadline.
struct HoldRecord {
  HoldState state = HoldState::Open;
  MerchantId merchant;  ///< who placed it
  AccountId account;    ///< who asked for it
  Bytes order;          ///< to which its capture belongs
  bool own_order = false;
  Position placed;                           ///< the receipt that placed it
  Timestamp deadline;                        ///< block time + ttl: at it, it has timed out
  Timestamp leaves_at = Timestamp::never();  ///< once resolved: from then on nobody knows it
  Points points;                             ///< in all
  Money value;                               ///< that they pay
  Points price_points;                       ///< the frozen price: so many points …
  Money price_money;                         ///< … pay so many minor units
  std::optional<Reservation> reserved;       ///< of one at another merchant: the frozen quote
  std::vector<HeldPiece> pieces;  ///< in the order in which they are captured; of an open one alone
  friend bool operator==(const HoldRecord&, const HoldRecord&) = default;
};

[[nodiscard]] Result<std::optional<HoldRecord>> find_hold(const StateView&, const HoldId&);
[[nodiscard]] Result<HoldRecord> decode_hold(ByteView bytes);
[[nodiscard]] Result<void> put_hold(StateDelta&, const HoldId&, const HoldRecord&);

}  // namespace tally::state
