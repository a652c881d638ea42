// Reader: takes back what Writer wrote, and nothing else.
#pragma once

#include <tally/base/bytes.h>
#include <tally/base/result.h>
#include <tally/base/strong.h>
#include <tally/base/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tally::codec {

/// Reads fields in order. The first fault sticks: later reads give zeros and `finish` names that
/// fault and its offset, so a decoder reads straight on and asks once at the end. Nothing is
/// allocated for a length that the remaining bytes cannot hold.
class Reader {
 public:
  /// Borrows `bytes`.
  explicit Reader(ByteView bytes) : bytes_(bytes) {}

  // After a fault: zero, false, empty.
  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u32();
  std::uint64_t u64();
  std::int64_t i64();
  bool boolean();  ///< 0 or 1; anything else is a fault
  ByteView raw(std::size_t size);
  ByteView bytes(std::size_t size_max);
  std::string text(std::size_t size_max);  ///< valid UTF-8 without control characters
  Timestamp timestamp() { return Timestamp(u64()); }

  template <typename Fixed>
  Fixed fixed() {
    const ByteView view = raw(Fixed::kSize);
    return failed() ? Fixed() : Fixed::from_view(view);
  }
  template <typename Strong>
  Strong number() {
    using Integer = typename Strong::Underlying;
    static_assert(sizeof(Integer) == 2 || sizeof(Integer) == 4 || sizeof(Integer) == 8);
    if constexpr (sizeof(Integer) == 2)
      return Strong(u16());
    else if constexpr (sizeof(Integer) == 4)
      return Strong(u32());
    else
      return Strong(u64());
  }
  /// An enumeration from its underlying integer; `is_known` says which values exist.
  template <typename Enum, typename IsKnown>
  Enum enumeration_u8(IsKnown is_known) {
    static_assert(sizeof(Enum) == 1);
    const std::size_t start = offset_;
    const auto value = static_cast<Enum>(u8());
    if (!failed() && !is_known(value)) fail_at(start, "unknown value of an enumeration");
    return value;
  }
  /// A list of at most `count_max` items, each by `read(reader)`.
  template <typename T, typename Read>
  std::vector<T> list(std::size_t count_max, Read read) {
    const std::size_t start = offset_;
    const std::uint32_t count = u32();
    if (count > count_max) fail_at(start, "list too long");
    std::vector<T> items;  // grows with what arrives: `count` is only the sender's word
    for (std::uint32_t i = 0; i < count && !failed(); ++i)
      items.push_back(read(*this));
    return items;
  }
  template <typename T, typename Read>
  std::optional<T> optional(Read read) {
    if (!boolean() || failed()) return std::nullopt;
    return read(*this);
  }

  /// A fault that the decoder found itself: a value out of its range, an order that is not kept.
  /// Its offset is where reading stands, a fault of Reader's own is where the field starts.
  void fail(std::string what);
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::size_t offset() const { return offset_; }
  [[nodiscard]] std::size_t remaining() const { return bytes_.size() - offset_; }

  /// OK only if nothing failed and nothing is left: trailing bytes are refused.
  /// Malformed names `what`, the fault and its offset.
  [[nodiscard]] Result<void> finish(const char* what);

 private:
  std::uint64_t integer(std::size_t size);
  void fail_at(std::size_t offset, std::string what);

  ByteView bytes_;
  std::size_t offset_ = 0;
  bool failed_ = false;
  std::string fault_;
  std::size_t fault_offset_ = 0;
};

}  // namespace tally::codec
