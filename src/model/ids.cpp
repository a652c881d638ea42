// The keys by which requests and orders are known, and the encodings of ids.
// FORMAT: stored; docs/formats.md §1.
#include <tally/model/ids.h>

#include <tally/base/limits.h>
#include <tally/codec/writer.h>

#include "model/id_parts.h"

namespace tally {
namespace {

/// H(name: merchant, id): a merchant cannot take another one's id.
Hash merchant_hash(std::string_view name, MerchantId merchant, ByteView id) {
  codec::Writer out;
  out.number(merchant);
  out.bytes(id);
  return crypto::tagged_hash(name, out.view());
}

}  // namespace

RequestKey request_key(MerchantId merchant, ByteView request_id) {
  return RequestKey::from_view(merchant_hash("request-key", merchant, request_id).view());
}

OrderKey order_key(MerchantId merchant, ByteView order_id) {
  return OrderKey::from_view(merchant_hash("order-key", merchant, order_id).view());
}

Bytes decode_request_id(codec::Reader& in) {
  const ByteView id = in.bytes(limits::kRequestIdBytesMax);
  if (!in.failed() && id.size() < limits::kRequestIdBytesMin)
    in.fail("an id has 16 to 64 bytes; got " + std::to_string(id.size()));
  return to_bytes(id);
}

void encode_position(codec::Writer& out, const Position& position) {
  out.number(position.height);
  out.u32(position.index);
}

Position decode_position(codec::Reader& in) {
  Position position;
  position.height = in.number<Height>();
  position.index = in.u32();
  return position;
}

void encode_lot(codec::Writer& out, const LotId& lot) {
  encode_position(out, lot.transaction);
  out.u16(lot.entry);
}

LotId decode_lot(codec::Reader& in) {
  LotId lot;
  lot.transaction = decode_position(in);
  lot.entry = in.u16();
  return lot;
}

}  // namespace tally
