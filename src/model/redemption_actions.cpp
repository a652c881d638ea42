// The encodings of holds, returns and activations. FORMAT: stored; docs/formats.md §1.
#include <tally/base/limits.h>
#include <tally/model/redemption_actions.h>

#include "model/id_parts.h"

namespace tally {
namespace {

void encode_returned(codec::Writer& out, const ReturnedLine& line) {
  out.u16(line.number);
  out.i64(line.quantity);
  encode(out, line.net);
  encode(out, line.tax);
}

ReturnedLine decode_returned(codec::Reader& in) {
  ReturnedLine line;
  line.number = in.u16();
  line.quantity = in.i64();
  decode(in, line.net);
  decode(in, line.tax);
  return line;
}

}  // namespace

void encode(codec::Writer& out, const Activate& action) {
  out.number(action.programme);
  out.bytes(action.order);
}

void decode(codec::Reader& in, Activate& action) {
  action.programme = in.number<MerchantId>();
  action.order = decode_request_id(in);
}

void encode(codec::Writer& out, const Hold& action) {
  encode(out, action.redeem);
  out.u64(action.ttl.milliseconds());
}

void decode(codec::Reader& in, Hold& action) {
  decode(in, action.redeem);
  action.ttl = Duration(in.u64());
}

void encode(codec::Writer& out, const Capture& action) {
  out.number(action.programme);
  out.bytes(action.hold);
  encode(out, action.points);
}

void decode(codec::Reader& in, Capture& action) {
  action.programme = in.number<MerchantId>();
  action.hold = decode_request_id(in);
  decode(in, action.points);
}

void encode(codec::Writer& out, const Void& action) {
  out.number(action.programme);
  out.bytes(action.hold);
}

void decode(codec::Reader& in, Void& action) {
  action.programme = in.number<MerchantId>();
  action.hold = decode_request_id(in);
}

void encode(codec::Writer& out, const Reverse& action) {
  out.number(action.programme);
  out.bytes(action.order);
  out.list(action.lines, encode_returned);
  encode(out, action.total);
  encode(out, action.tax);
  encode(out, action.excluded);
}

void decode(codec::Reader& in, Reverse& action) {
  action.programme = in.number<MerchantId>();
  action.order = decode_request_id(in);
  action.lines = in.list<ReturnedLine>(limits::kLinesMax, decode_returned);
  decode(in, action.total);
  decode(in, action.tax);
  decode(in, action.excluded);
}

}  // namespace tally
