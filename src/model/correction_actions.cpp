// The encodings of operators' corrections. FORMAT: stored; docs/formats.md §1.
#include <tally/base/limits.h>
#include <tally/model/correction_actions.h>

#include "model/id_parts.h"
#include "model/programme_parts.h"

namespace tally {
namespace {

AdjustDirection decode_direction(codec::Reader& in) {
  return decode_between(in, AdjustDirection::Credit, AdjustDirection::Debit);
}

void encode_adjusted(codec::Writer& out, const AdjustedMember& adjusted) {
  out.fixed(adjusted.member);
  encode(out, adjusted.points);
}

AdjustedMember decode_adjusted(codec::Reader& in) {
  AdjustedMember adjusted;
  adjusted.member = in.fixed<MemberId>();
  decode(in, adjusted.points);
  return adjusted;
}

void encode_opening(codec::Writer& out, const OpeningLot& lot) {
  out.fixed(lot.member);
  encode(out, lot.points);
  out.timestamp(lot.earned_at);
  out.timestamp(lot.expires_at);
  out.text(lot.ref);
}

OpeningLot decode_opening(codec::Reader& in) {
  OpeningLot lot;
  lot.member = in.fixed<MemberId>();
  decode(in, lot.points);
  lot.earned_at = in.timestamp();
  lot.expires_at = in.timestamp();
  lot.ref = in.text(limits::kRefBytesMax);
  return lot;
}

}  // namespace

void encode(codec::Writer& out, const Adjust& action) {
  out.number(action.programme);
  out.fixed(action.member);
  encode_enum(out, action.direction);
  encode(out, action.points);
  out.text(action.reason);
}

void decode(codec::Reader& in, Adjust& action) {
  action.programme = in.number<MerchantId>();
  action.member = in.fixed<MemberId>();
  action.direction = decode_direction(in);
  decode(in, action.points);
  action.reason = in.text(limits::kShortNameBytesMax);
}

void encode(codec::Writer& out, const AdjustBulk& action) {
  out.number(action.programme);
  encode_enum(out, action.direction);
  out.text(action.reason);
  out.list(action.members, encode_adjusted);
  encode(out, action.moved);
  encode(out, action.settled);
}

void decode(codec::Reader& in, AdjustBulk& action) {
  action.programme = in.number<MerchantId>();
  action.direction = decode_direction(in);
  action.reason = in.text(limits::kShortNameBytesMax);
  action.members = in.list<AdjustedMember>(limits::kAdjustedMembersMax, decode_adjusted);
  decode(in, action.moved);
  decode(in, action.settled);
}

void encode(codec::Writer& out, const OpenLots& action) {
  out.number(action.programme);
  out.list(action.lots, encode_opening);
}

void decode(codec::Reader& in, OpenLots& action) {
  action.programme = in.number<MerchantId>();
  action.lots = in.list<OpeningLot>(limits::kOpeningLotsMax, decode_opening);
}

void encode(codec::Writer& out, const Extend& action) {
  out.number(action.programme);
  out.fixed(action.member);
  encode_lot(out, action.lot);
  out.u32(action.months);
  encode_enum(out, action.rounding);
}

void decode(codec::Reader& in, Extend& action) {
  action.programme = in.number<MerchantId>();
  action.member = in.fixed<MemberId>();
  action.lot = decode_lot(in);
  action.months = in.u32();
  decode(in, action.rounding);
}

void encode(codec::Writer& out, const Reinstate& action) {
  out.number(action.programme);
  out.fixed(action.member);
}

void decode(codec::Reader& in, Reinstate& action) {
  action.programme = in.number<MerchantId>();
  action.member = in.fixed<MemberId>();
}

}  // namespace tally
