// Reservation: at which price points are going to be owed for, by whom to whom.
#pragma once

#include <tally/base/micro_units.h>
#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/model/ids.h>

#include <cstdint>

namespace tally::state {

/// Of a hold elsewhere: the issuer owes the acceptor. Of a lot that waits: its funder the issuer.
/// FORMAT: stored, with holds and waiting lots.
struct Reservation {
  MerchantId debtor;
  MerchantId creditor;
  Currency currency;
  std::int64_t price = 0;  ///< micro-units for a point, 1 … 10^9
  friend auto operator<=>(const Reservation&, const Reservation&) = default;
};

void encode_reservation(codec::Writer& out, const Reservation& reservation);
/// A fault: a price out of range, or a merchant that owes itself.
[[nodiscard]] Reservation decode_reservation(codec::Reader& in);

}  // namespace tally::state
