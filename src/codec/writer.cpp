// The canonical encoding, written.
#include <tally/codec/writer.h>

#include <limits>

#include <tally/base/check.h>

namespace tally::codec {

void Writer::u8(std::uint8_t value) {
  bytes_.push_back(value);
}

void Writer::u16(std::uint16_t value) {
  u8(static_cast<std::uint8_t>(value >> 8U));
  u8(static_cast<std::uint8_t>(value));
}

void Writer::u32(std::uint32_t value) {
  u16(static_cast<std::uint16_t>(value >> 16U));
  u16(static_cast<std::uint16_t>(value));
}

void Writer::u64(std::uint64_t value) {
  u32(static_cast<std::uint32_t>(value >> 32U));
  u32(static_cast<std::uint32_t>(value));
}

void Writer::i64(std::int64_t value) {
  u64(static_cast<std::uint64_t>(value));
}

void Writer::raw(ByteView bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void Writer::bytes(ByteView bytes) {
  length(bytes.size());
  raw(bytes);
}

void Writer::length(std::size_t value) {
  // A length cut to 32 bits would be another value's encoding.
  CHECK(value <= std::numeric_limits<std::uint32_t>::max());
  u32(static_cast<std::uint32_t>(value));
}

}  // namespace tally::codec
