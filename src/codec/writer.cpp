// The canonical encoding, written.
#include <tally/codec/writer.h>

#include <tally/base/check.h>

#include <algorithm>
#include <array>
#include <limits>

namespace tally::codec {

namespace {

/// Most records and receipts fit: growing byte by byte was a twentieth of a busy block's time.
constexpr std::size_t kFirstBytes = 192;

template <typename Integer>
void append(Bytes& bytes, Integer value) {
  if (bytes.capacity() == 0) bytes.reserve(kFirstBytes);
  std::array<std::uint8_t, sizeof(Integer)> big_endian;
  for (std::size_t i = sizeof(Integer); i > 0; --i) {
    big_endian[i - 1] = static_cast<std::uint8_t>(value);
    if constexpr (sizeof(Integer) > 1) value = static_cast<Integer>(value >> 8U);
  }
  bytes.insert(bytes.end(), big_endian.begin(), big_endian.end());
}

}  // namespace

void Writer::u8(std::uint8_t value) {
  append(bytes_, value);
}

void Writer::u16(std::uint16_t value) {
  append(bytes_, value);
}

void Writer::u32(std::uint32_t value) {
  append(bytes_, value);
}

void Writer::u64(std::uint64_t value) {
  append(bytes_, value);
}

void Writer::i64(std::int64_t value) {
  u64(static_cast<std::uint64_t>(value));
}

void Writer::raw(ByteView bytes) {
  if (bytes_.capacity() == 0) bytes_.reserve(std::max(kFirstBytes, bytes.size()));
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
