// The encoding of a lot. FORMAT: stored; docs/formats.md §3.
#include <tally/state/lots.h>

#include <tally/model/points_actions.h>

namespace tally::state {

void encode(codec::Writer& out, const Lot& lot) {
  out.number(lot.id.transaction.height);
  out.u32(lot.id.transaction.index);
  out.u16(lot.id.entry);
  out.fixed(lot.first_owner);
  out.u32(lot.programme_version);
  out.timestamp(lot.earned_at);
  out.timestamp(lot.available_at);
  out.timestamp(lot.expires_at);
  tally::encode(out, lot.original);
  tally::encode(out, lot.remaining);
  tally::encode(out, lot.held);
  tally::encode(out, lot.funder);
}

void decode(codec::Reader& in, Lot& lot) {
  lot.id.transaction.height = in.number<Height>();
  lot.id.transaction.index = in.u32();
  lot.id.entry = in.u16();
  lot.first_owner = in.fixed<MemberId>();
  lot.programme_version = in.u32();
  lot.earned_at = in.timestamp();
  lot.available_at = in.timestamp();
  lot.expires_at = in.timestamp();
  tally::decode(in, lot.original);
  tally::decode(in, lot.remaining);
  tally::decode(in, lot.held);
  tally::decode(in, lot.funder);
}

}  // namespace tally::state
