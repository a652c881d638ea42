// MicroUnits: what merchants owe each other, exact to a millionth of a currency's unit.
#pragma once

#include <tally/base/money.h>
#include <tally/base/points.h>

#include <compare>
#include <cstdint>
#include <optional>

namespace tally {

/// A signed amount in millionths of a major unit (a euro, not a cent) of a currency that stands
/// beside it. Its size is below 2^62: nine trillion units, above what a consortium owes.
class MicroUnits {
 public:
  constexpr MicroUnits() = default;

  [[nodiscard]] static constexpr std::optional<MicroUnits> from(std::int64_t value) {
    constexpr std::int64_t kEnd = std::int64_t{1} << 62;
    if (value <= -kEnd || value >= kEnd) return std::nullopt;
    return MicroUnits(value);
  }
  [[nodiscard]] constexpr std::int64_t value() const { return value_; }
  [[nodiscard]] constexpr bool is_zero() const { return value_ == 0; }
  [[nodiscard]] constexpr MicroUnits negated() const { return MicroUnits(-value_); }

  friend constexpr auto operator<=>(const MicroUnits&, const MicroUnits&) = default;

 private:
  constexpr explicit MicroUnits(std::int64_t value) : value_(value) {}
  std::int64_t value_ = 0;
};

/// nullopt: the sum is not below 2^62 in size.
[[nodiscard]] constexpr std::optional<MicroUnits> checked_add(MicroUnits a, MicroUnits b) {
  return MicroUnits::from(a.value() + b.value());  // both below 2^62: the sum fits int64
}

/// `points` at `price` micro-units each. nullopt: as above. REQUIRES: price ≥ 0.
[[nodiscard]] std::optional<MicroUnits> price_of(Points points, std::int64_t price);

/// How many micro-units a minor unit has: 10^(6 − exponent). REQUIRES: exponent ≤ 6.
[[nodiscard]] std::int64_t micro_units_in_minor(std::uint8_t exponent);

/// Whole minor units of `amount` without its sign, and the rest with it.
struct MinorAndRest {
  std::int64_t minor_units = 0;  ///< of the same sign as `amount`, or 0
  MicroUnits rest;
};
[[nodiscard]] MinorAndRest split_minor(MicroUnits amount, std::uint8_t exponent);

}  // namespace tally
