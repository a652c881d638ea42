// Lots: points earned together, with one expiry; those that wait; and the order of their use.
#pragma once

#include <tally/base/points.h>
#include <tally/base/time.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/model/programme.h>

#include <tally/state/reservation.h>

#include <compare>
#include <optional>
#include <string>

namespace tally::state {

/// FORMAT: stored; docs/formats.md §3. 0 < remaining ≤ original; a lot that is used up leaves.
/// What holds allocate stands in their records, not here.
struct Lot {
  LotId id;
  MemberId first_owner;
  std::uint32_t programme_version = 0;  ///< under which it was earned
  Timestamp earned_at;
  Timestamp available_at;
  Timestamp expires_at;  ///< Timestamp::never() where it never does
  Points original;
  Points remaining;
  bool idle = false;       ///< its date moves with the member's activity: it is the head's idle_at
  bool late_date = false;  ///< expires_at was moved once, by grace or reinstatement: never again
  Funder funder;           ///< who paid for it
  friend bool operator==(const Lot&, const Lot&) = default;
};

/// The lists in which an account has its lots, each in pages. FORMAT: stored.
enum class LotList : std::uint8_t {
  Dated = 1,
  Idle = 2,  ///< their expires_at is stored as never: it is the head's idle_at
  Waiting = 3,
  Expired = 4,  ///< what remained of them, at the date at which they did
};

/// First-expired, first-out: expires_at, then earned_at, then lot id, all ascending
/// (design/loyalty.md §4).
struct FefoKey {
  Timestamp expires_at;
  Timestamp earned_at;
  LotId id;
  friend auto operator<=>(const FefoKey&, const FefoKey&) = default;
};

[[nodiscard]] inline FefoKey fefo_key(const Lot& lot) {
  return FefoKey{lot.expires_at, lot.earned_at, lot.id};
}

/// What a waiting lot waits for.
enum class WaitsFor : std::uint8_t {
  Time = 1,    ///< its available_at
  Event = 2,   ///< an activate, or its available_at
  Review = 3,  ///< an operator's word alone: available_at is never
};

/// A lot that is not available yet. Its expires_at is never: it counts from the activation.
/// FORMAT: stored.
struct PendingLot {
  Lot lot;
  WaitsFor waits_for = WaitsFor::Time;
  std::string campaign;  ///< whose expiry rule counts; empty: the programme's
  /// Of the next lot that an activation of its transaction makes: what waits longer must not take
  /// the id of a lot that an earlier activation made. All that wait of a transaction agree in it.
  std::uint16_t next_entry = 0;
  /// Of points that another merchant funds: what it is going to owe for each of them.
  std::optional<Reservation> reserved = std::nullopt;
  friend bool operator==(const PendingLot&, const PendingLot&) = default;
};

/// The order in which waiting lots activate. All of one transaction and instant are neighbours.
struct PendingKey {
  Timestamp available_at;
  LotId id;
  friend auto operator<=>(const PendingKey&, const PendingKey&) = default;
};

[[nodiscard]] inline PendingKey pending_key(const PendingLot& pending) {
  return PendingKey{pending.lot.available_at, pending.lot.id};
}

void encode(codec::Writer& out, const Lot& lot);
void decode(codec::Reader& in, Lot& lot);
void encode(codec::Writer& out, const PendingLot& lot);
void decode(codec::Reader& in, PendingLot& lot);

}  // namespace tally::state
