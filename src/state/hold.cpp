// A hold's record. FORMAT: stored; docs/formats.md §3.
#include <tally/state/hold.h>

#include <tally/base/limits.h>
#include <tally/model/points_actions.h>

#include "state/stored.h"

namespace tally::state {

void encode_held_piece(codec::Writer& out, const HeldPiece& piece) {
  out.fixed(piece.owner);
  encode(out, piece.lot);
  tally::encode(out, piece.points);
}

HeldPiece decode_held_piece(codec::Reader& in) {
  HeldPiece piece;
  piece.owner = in.fixed<MemberId>();
  decode(in, piece.lot);
  tally::decode(in, piece.points);
  return piece;
}

Result<std::optional<HoldRecord>> find_hold(const StateView& view, const HoldId& hold) {
  TRY(const std::optional<Bytes> bytes, view.find(hold_key(hold)));
  return decode_found(bytes, decode_hold);
}

Result<HoldRecord> decode_hold(ByteView bytes) {
  return decode_record<HoldRecord>(bytes, "hold", [](codec::Reader& in, HoldRecord& r) {
    r.state = decode_between(in, HoldState::Open, HoldState::TimedOut);
    r.merchant = in.number<MerchantId>();
    r.account.member = in.fixed<MemberId>();
    r.account.programme = in.number<MerchantId>();
    r.order = to_bytes(in.bytes(limits::kRequestIdBytesMax));
    r.own_order = in.boolean();
    r.placed = decode_position(in);
    r.deadline = in.timestamp();
    r.leaves_at = in.timestamp();
    tally::decode(in, r.points);
    tally::decode(in, r.value);
    tally::decode(in, r.price_points);
    tally::decode(in, r.price_money);
    r.reserved = in.optional<Reservation>(decode_reservation);
    r.pieces = decode_list<HeldPiece>(in, decode_held_piece);
  });
}

Result<void> put_hold(StateDelta& delta, const HoldId& hold, const HoldRecord& record) {
  codec::Writer out = begin_record();
  encode_enum(out, record.state);
  out.number(record.merchant);
  out.fixed(record.account.member);
  out.number(record.account.programme);
  out.bytes(record.order);
  out.boolean(record.own_order);
  encode_position(out, record.placed);
  out.timestamp(record.deadline);
  out.timestamp(record.leaves_at);
  tally::encode(out, record.points);
  tally::encode(out, record.value);
  tally::encode(out, record.price_points);
  tally::encode(out, record.price_money);
  out.optional(record.reserved, encode_reservation);
  out.list(record.pieces, encode_held_piece);
  return delta.put(hold_key(hold), std::move(out).take());
}

}  // namespace tally::state
