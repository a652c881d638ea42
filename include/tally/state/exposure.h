// Exposures: what a merchant owes and may come to owe, and where that ends
// (design/loyalty.md §16, §17).
#pragma once

#include <tally/base/micro_units.h>
#include <tally/model/ids.h>
#include <tally/model/receipt.h>
#include <tally/state/issuer.h>
#include <tally/state/reservation.h>
#include <tally/state/state_delta.h>

#include <optional>

namespace tally::state {

/// Of one debtor in one currency. FORMAT: stored; docs/formats.md §3. No record: all 0.
struct Exposure {
  std::optional<MicroUnits> cap;  ///< none: as much as the collateral
  MicroUnits collateral;          ///< not negative
  MicroUnits owed;      ///< in cycles that are not SETTLED; negative where more was taken back
  MicroUnits reserved;  ///< by open holds elsewhere, and by points that wait and others fund
  friend bool operator==(const Exposure&, const Exposure&) = default;
};

[[nodiscard]] Result<Exposure> find_exposure(const StateView&, MerchantId debtor, Currency);
/// From an exposure record's bytes. Corrupt: they are none.
[[nodiscard]] Result<Exposure> decode_exposure(ByteView bytes);
[[nodiscard]] Result<void> put_exposure(StateDelta&, MerchantId debtor, Currency, const Exposure&);

/// As what a merchant would owe: the issuer of points that others redeem, or who pays for another
/// one's points.
enum class DebtorAs : std::uint8_t { Issuer = 1, Funder = 2 };
/// What the debtor may come to owe beside what it does; at least 0. One that leaves may owe what is
/// left of its collateral; one that is suspended funds nothing more.
[[nodiscard]] Result<MicroUnits> room_of(const StateView&, MerchantId debtor, Currency, DebtorAs);

/// Moves what is reserved by `points` of the reservation; negative `times` gives it back.
/// False: out of range.
[[nodiscard]] Result<bool> reserve(StateDelta&, const Reservation&, Points points, int times);

/// Enters `obligation`, which arises at `at`: into what is owed in the cycle of that instant, into
/// the debtor's exposure, and into the receipt. One of 0, or to oneself, is none. False: a sum is
/// out of range, and nothing of the transaction counts.
[[nodiscard]] Result<bool> owe(StateDelta&, Receipt&, const Obligation& obligation, Timestamp at);

}  // namespace tally::state
