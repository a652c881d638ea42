// Bytes, views of them, fixed arrays of them, and their hexadecimal text.
#pragma once

#include <tally/base/result.h>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// `N` bytes of one meaning: a hash, a key id, a member id. Ordered as bytes.
template <typename Tag, std::size_t N>
class FixedBytes {
 public:
  static constexpr std::size_t kSize = N;

  constexpr FixedBytes() = default;
  constexpr explicit FixedBytes(const std::array<std::uint8_t, N>& bytes) : bytes_(bytes) {}

  /// REQUIRES: view.size() == N
  [[nodiscard]] static FixedBytes from_view(ByteView view) {
    CHECK(view.size() == N);
    FixedBytes result;
    for (std::size_t i = 0; i < N; ++i)
      result.bytes_[i] = view[i];
    return result;
  }

  [[nodiscard]] ByteView view() const { return bytes_; }
  [[nodiscard]] std::array<std::uint8_t, N>& array() { return bytes_; }
  [[nodiscard]] const std::array<std::uint8_t, N>& array() const { return bytes_; }
  [[nodiscard]] bool is_zero() const { return *this == FixedBytes(); }

  friend constexpr auto operator<=>(const FixedBytes&, const FixedBytes&) = default;

 private:
  std::array<std::uint8_t, N> bytes_{};
};

/// Text as the bytes it is; borrowed, so the text must outlive the view.
[[nodiscard]] ByteView as_bytes(std::string_view text);
[[nodiscard]] std::string_view as_text(ByteView bytes);
[[nodiscard]] Bytes to_bytes(ByteView view);

[[nodiscard]] std::string to_hex(ByteView bytes);
/// Lower or upper case, an even number of digits. Malformed otherwise, naming the position.
[[nodiscard]] Result<Bytes> bytes_from_hex(std::string_view text);

/// Text from outside made safe to print: control and non-ASCII bytes, quotes and backslashes as
/// \xNN, at most 64 characters, the last three dots where it was longer; so that nobody outside can
/// steer a terminal, forge a log line or flood a log.
[[nodiscard]] std::string printable(std::string_view text);

template <typename Fixed>
[[nodiscard]] Result<Fixed> fixed_from_hex(std::string_view text) {
  TRY(const Bytes bytes, bytes_from_hex(text));
  if (bytes.size() != Fixed::kSize)
    return malformed("got " + std::to_string(bytes.size()) + " bytes of hex; expected " +
                     std::to_string(Fixed::kSize));
  return Fixed::from_view(bytes);
}

}  // namespace tally
