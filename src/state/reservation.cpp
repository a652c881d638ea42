// The encoding of a reservation. FORMAT: stored; docs/formats.md §3.
#include <tally/state/reservation.h>

#include <tally/base/limits.h>

namespace tally::state {

void encode_reservation(codec::Writer& out, const Reservation& reservation) {
  out.number(reservation.debtor);
  out.number(reservation.creditor);
  out.fixed(reservation.currency);
  out.i64(reservation.price);
}

Reservation decode_reservation(codec::Reader& in) {
  Reservation reservation;
  reservation.debtor = in.number<MerchantId>();
  reservation.creditor = in.number<MerchantId>();
  reservation.currency = in.fixed<Currency>();
  reservation.price = in.i64();
  if (reservation.debtor == reservation.creditor) in.fail("a merchant that owes itself");
  if (reservation.price < 1 || reservation.price > limits::kPriceMax)
    in.fail("a reservation at " + std::to_string(reservation.price) + " micro-units for a point");
  return reservation;
}

}  // namespace tally::state
