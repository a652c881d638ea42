// Points: whole, never negative as an amount, never above 2^53 − 1, never wrapping.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

namespace tally {

/// 2^53 − 1: exact in every JSON reader and spreadsheet that a merchant may use.
inline constexpr std::int64_t kPointsMax = (std::int64_t{1} << 53) - 1;

/// An amount, balance or total of points: 0 … kPointsMax (design/loyalty.md §1).
class Points {
 public:
  constexpr Points() = default;

  [[nodiscard]] static constexpr std::optional<Points> from(std::int64_t value) {
    if (value < 0 || value > kPointsMax) return std::nullopt;
    return Points(value);
  }
  [[nodiscard]] constexpr std::int64_t value() const { return value_; }
  [[nodiscard]] constexpr bool is_zero() const { return value_ == 0; }

  friend constexpr auto operator<=>(const Points&, const Points&) = default;

 private:
  constexpr explicit Points(std::int64_t value) : value_(value) {}
  std::int64_t value_ = 0;
};

/// nullopt: the sum passes kPointsMax. The caller says what that means.
[[nodiscard]] constexpr std::optional<Points> checked_add(Points a, Points b) {
  return Points::from(a.value() + b.value());  // both below 2^53: the sum fits int64
}

/// nullopt: `b` is larger than `a`.
[[nodiscard]] constexpr std::optional<Points> checked_subtract(Points a, Points b) {
  return Points::from(a.value() - b.value());
}

/// What is left of `whole` when `gone` is: nothing, where more went.
[[nodiscard]] constexpr Points left_of(Points whole, Points gone) {
  return checked_subtract(whole, gone).value_or(Points());
}

[[nodiscard]] constexpr Points smaller(Points a, Points b) {
  return a < b ? a : b;
}

}  // namespace tally
