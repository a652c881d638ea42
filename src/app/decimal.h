// Decimal: an amount as logs write it, "11.77", read by integers only.
#pragma once

#include <tally/base/money.h>
#include <tally/base/result.h>

#include <cstdint>
#include <string_view>

namespace tally::app {

/// digits · 10^−places; at most 18 digits, so it fits and no step of it can overflow.
struct Decimal {
  std::int64_t digits = 0;
  std::uint8_t places = 0;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

/// Digits, and a point with digits behind it. Malformed: a sign, an exponent, a separator of
/// thousands, spaces, nothing; over 18 digits.
[[nodiscard]] Result<Decimal> decimal_from(std::string_view text);

/// In minor units of a currency with `exponent` places, exactly. OutOfLimits: more places than
/// that which are not 0, or 2^53 minor units and more. REQUIRES: exponent ≤ 6
[[nodiscard]] Result<Money> minor_units_from(const Decimal& decimal, std::uint8_t exponent);

}  // namespace tally::app
