// The encoding of a lot. FORMAT: stored; docs/formats.md §3.
#include <tally/state/lots.h>

#include <tally/base/limits.h>
#include <tally/model/points_actions.h>

#include "state/stored.h"

namespace tally::state {

void encode(codec::Writer& out, const Lot& lot) {
  encode_lot_id(out, lot.id);
  out.fixed(lot.first_owner);
  out.u32(lot.programme_version);
  out.timestamp(lot.earned_at);
  out.timestamp(lot.available_at);
  out.timestamp(lot.expires_at);
  tally::encode(out, lot.original);
  tally::encode(out, lot.remaining);
  out.boolean(lot.idle);
  out.boolean(lot.late_date);
  tally::encode(out, lot.funder);
}

void decode(codec::Reader& in, Lot& lot) {
  lot.id = decode_lot_id(in);
  lot.first_owner = in.fixed<MemberId>();
  lot.programme_version = in.u32();
  lot.earned_at = in.timestamp();
  lot.available_at = in.timestamp();
  lot.expires_at = in.timestamp();
  tally::decode(in, lot.original);
  tally::decode(in, lot.remaining);
  lot.idle = in.boolean();
  lot.late_date = in.boolean();
  tally::decode(in, lot.funder);
}

void encode(codec::Writer& out, const PendingLot& lot) {
  encode(out, lot.lot);
  encode_enum(out, lot.waits_for);
  out.text(lot.campaign);
  out.u16(lot.next_entry);
  out.optional(lot.reserved, encode_reservation);
}

void decode(codec::Reader& in, PendingLot& lot) {
  decode(in, lot.lot);
  lot.waits_for = decode_between(in, WaitsFor::Time, WaitsFor::Review);
  lot.campaign = in.text(limits::kShortNameBytesMax);
  lot.next_entry = in.u16();
  lot.reserved = in.optional<Reservation>(decode_reservation);
}

}  // namespace tally::state
