// Money in minor units, reduced rates, and the one division that names its rounding.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

namespace tally {

/// An amount of money in minor units of a currency that stands beside it: 0 … 2^53 − 1.
class Money {
 public:
  constexpr Money() = default;

  [[nodiscard]] static constexpr std::optional<Money> from(std::int64_t minor_units) {
    if (minor_units < 0 || minor_units >= (std::int64_t{1} << 53)) return std::nullopt;
    return Money(minor_units);
  }
  [[nodiscard]] constexpr std::int64_t minor_units() const { return minor_units_; }

  friend constexpr auto operator<=>(const Money&, const Money&) = default;

 private:
  constexpr explicit Money(std::int64_t minor_units) : minor_units_(minor_units) {}
  std::int64_t minor_units_ = 0;
};

enum class Rounding : std::uint8_t { Floor = 1, Ceil = 2, HalfUp = 3, HalfEven = 4 };

/// A reduced fraction, 1 ≤ numerator, denominator ≤ 10^9.
class Rate {
 public:
  /// Reduces. nullopt: a part below 1, or above 10^9 after that.
  [[nodiscard]] static std::optional<Rate> from(std::int64_t numerator, std::int64_t denominator);

  [[nodiscard]] std::int64_t numerator() const { return numerator_; }
  [[nodiscard]] std::int64_t denominator() const { return denominator_; }

  friend bool operator==(const Rate&, const Rate&) = default;

 private:
  Rate(std::int64_t numerator, std::int64_t denominator)
      : numerator_(numerator), denominator_(denominator) {}
  std::int64_t numerator_;
  std::int64_t denominator_;
};

/// a · n / d with a 128-bit product, rounded as named (design/loyalty.md §1).
/// nullopt: the quotient does not fit int64. REQUIRES: a, n ≥ 0; d > 0.
[[nodiscard]] std::optional<std::int64_t> muldiv(std::int64_t a, std::int64_t n, std::int64_t d,
                                                 Rounding rounding);

}  // namespace tally
