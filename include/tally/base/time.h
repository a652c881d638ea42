// Timestamp and Duration: milliseconds, as arguments; nothing here reads a clock.
#pragma once

#include <compare>
#include <cstdint>

namespace tally {

/// A span of exact milliseconds, 0 or more.
class Duration {
 public:
  constexpr Duration() = default;
  constexpr explicit Duration(std::uint64_t milliseconds) : milliseconds_(milliseconds) {}
  [[nodiscard]] constexpr std::uint64_t milliseconds() const { return milliseconds_; }
  friend constexpr auto operator<=>(const Duration&, const Duration&) = default;

 private:
  std::uint64_t milliseconds_ = 0;
};

inline constexpr Duration kDay{86'400'000};
inline constexpr Duration kHour{3'600'000};

/// An instant: milliseconds UTC since 1970, 0 … kNever. Additions stop at kNever, so a date
/// that far means "never", which is what it is for.
class Timestamp {
 public:
  constexpr Timestamp() = default;
  constexpr explicit Timestamp(std::uint64_t milliseconds) : milliseconds_(milliseconds) {}
  [[nodiscard]] constexpr std::uint64_t milliseconds() const { return milliseconds_; }
  [[nodiscard]] static constexpr Timestamp never() { return Timestamp(~std::uint64_t{0}); }
  friend constexpr auto operator<=>(const Timestamp&, const Timestamp&) = default;

  [[nodiscard]] constexpr Timestamp plus(Duration span) const {
    const std::uint64_t room = never().milliseconds_ - milliseconds_;
    return span.milliseconds() >= room ? never() : Timestamp(milliseconds_ + span.milliseconds());
  }
  /// Stops at 0.
  [[nodiscard]] constexpr Timestamp minus(Duration span) const {
    return span.milliseconds() >= milliseconds_ ? Timestamp()
                                                : Timestamp(milliseconds_ - span.milliseconds());
  }
  /// The span from `earlier` to this; 0 if this is not later.
  [[nodiscard]] constexpr Duration since(Timestamp earlier) const {
    return earlier >= *this ? Duration() : Duration(milliseconds_ - earlier.milliseconds_);
  }

 private:
  std::uint64_t milliseconds_ = 0;
};

}  // namespace tally
