// Writer: the one canonical encoding (docs/formats.md). One value has one encoding.
#pragma once

#include <tally/base/bytes.h>
#include <tally/base/strong.h>
#include <tally/base/time.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace tally::codec {

/// Fields in the order they are written; integers big-endian; variable bytes and lists with a u32
/// length or count; an optional with a u8 0 or 1; text as its UTF-8 bytes.
class Writer {
 public:
  void u8(std::uint8_t value);
  void u16(std::uint16_t value);
  void u32(std::uint32_t value);
  void u64(std::uint64_t value);
  void i64(std::int64_t value);  ///< two's complement
  void boolean(bool value) { u8(value ? 1 : 0); }
  /// Raw bytes, no length: for what has a fixed size.
  void raw(ByteView bytes);
  /// REQUIRES, as text and list: fewer than 2^32 bytes or items
  void bytes(ByteView bytes);
  void text(std::string_view text) { bytes(as_bytes(text)); }
  void timestamp(Timestamp t) { u64(t.milliseconds()); }

  template <typename Tag, std::size_t N>
  void fixed(const FixedBytes<Tag, N>& value) {
    raw(value.view());
  }
  template <typename Tag, typename Integer>
  void number(StrongInteger<Tag, Integer> value) {
    static_assert(sizeof(Integer) == 2 || sizeof(Integer) == 4 || sizeof(Integer) == 8);
    if constexpr (sizeof(Integer) == 2)
      u16(value.value());
    else if constexpr (sizeof(Integer) == 4)
      u32(value.value());
    else
      u64(value.value());
  }
  /// `items` with a u32 count, each by `write(writer, item)`.
  template <typename List, typename Write>
  void list(const List& items, Write write) {
    length(items.size());
    for (const auto& item : items)
      write(*this, item);
  }
  template <typename T, typename Write>
  void optional(const std::optional<T>& value, Write write) {
    boolean(value.has_value());
    if (value.has_value()) write(*this, *value);
  }

  [[nodiscard]] ByteView view() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] Bytes take() && { return std::move(bytes_); }

 private:
  void length(std::size_t value);

  Bytes bytes_;
};

}  // namespace tally::codec
