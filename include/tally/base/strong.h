// StrongInteger: a number that means one thing, and converts only where bytes are read or written.
#pragma once

#include <compare>
#include <cstdint>

namespace tally {

/// An ordinal of one kind: ids, heights, views. It compares and steps, but does not add:
/// what adds has a type of its own (Points, Timestamp).
template <typename Tag, typename Integer>
class StrongInteger {
 public:
  using Underlying = Integer;

  constexpr StrongInteger() = default;
  constexpr explicit StrongInteger(Integer value) : value_(value) {}

  [[nodiscard]] constexpr Integer value() const { return value_; }
  [[nodiscard]] constexpr StrongInteger next() const {
    return StrongInteger(static_cast<Integer>(value_ + 1));
  }

  friend constexpr auto operator<=>(const StrongInteger&, const StrongInteger&) = default;

 private:
  Integer value_ = 0;
};

}  // namespace tally
