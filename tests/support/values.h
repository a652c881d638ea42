// Ids and amounts from numbers, for tests' eyes.
#pragma once

#include <tally/base/calendar.h>
#include <tally/base/money.h>
#include <tally/base/points.h>
#include <tally/model/ids.h>

#include <cstdint>
#include <string_view>

namespace tally::test {

/// `N` bytes that end in `n`, big-endian: different for each n.
template <typename Fixed>
[[nodiscard]] Fixed fixed_of(std::uint64_t n) {
  Fixed fixed;
  for (std::size_t i = 0; i < 8 && i < Fixed::kSize; ++i)
    fixed.array()[Fixed::kSize - 1 - i] = static_cast<std::uint8_t>(n >> (8 * i));
  return fixed;
}

[[nodiscard]] inline MemberId member(std::uint64_t n) {
  return fixed_of<MemberId>(n);
}
[[nodiscard]] inline TokenId card(std::uint64_t n) {
  return fixed_of<TokenId>(n);
}
[[nodiscard]] inline PoolId pool(std::uint64_t n) {
  return fixed_of<PoolId>(n);
}
/// An id of a request or an order, 16 bytes.
[[nodiscard]] inline Bytes id_bytes(std::uint64_t n) {
  return to_bytes(member(n).view());
}
[[nodiscard]] inline Points points(std::int64_t value) {
  return Points::from(value).value();
}
[[nodiscard]] inline Money money(std::int64_t minor) {
  return Money::from(minor).value();
}

/// REQUIRES: three letters
[[nodiscard]] inline Currency currency(std::string_view code) {
  return Currency::from_view(as_bytes(code));
}

/// Milliseconds UTC of a civil date's midnight.
[[nodiscard]] inline Timestamp utc(std::int32_t year, int month, int day) {
  const CivilDate date{year, static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
  return Timestamp(static_cast<std::uint64_t>(days_from_civil(date)) * kDay.milliseconds());
}

}  // namespace tally::test
