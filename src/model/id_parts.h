// The encodings of ids that actions and receipts share. FORMAT: stored; docs/formats.md §1.
#pragma once

#include <tally/codec/reader.h>
#include <tally/codec/writer.h>
#include <tally/model/ids.h>

#include <optional>

namespace tally {

template <typename Fixed>
void encode_optional(codec::Writer& out, const std::optional<Fixed>& id) {
  out.optional(id, [](codec::Writer& w, const Fixed& value) { w.fixed(value); });
}

template <typename Fixed>
[[nodiscard]] std::optional<Fixed> decode_optional(codec::Reader& in) {
  return in.optional<Fixed>([](codec::Reader& r) { return r.fixed<Fixed>(); });
}

/// The id of a request or an order: 16 … 64 bytes.
[[nodiscard]] Bytes decode_request_id(codec::Reader& in);

void encode_position(codec::Writer& out, const Position& position);
[[nodiscard]] Position decode_position(codec::Reader& in);
void encode_lot(codec::Writer& out, const LotId& lot);
[[nodiscard]] LotId decode_lot(codec::Reader& in);

}  // namespace tally
