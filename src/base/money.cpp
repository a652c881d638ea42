// Rates and the one division.
#include <tally/base/money.h>

#include <limits>
#include <numeric>

#include <tally/base/check.h>

namespace tally {

std::optional<Rate> Rate::from(std::int64_t numerator, std::int64_t denominator) {
  constexpr std::int64_t kPartMax = 1'000'000'000;
  if (numerator < 1 || denominator < 1) return std::nullopt;
  const std::int64_t divisor = std::gcd(numerator, denominator);
  const Rate rate(numerator / divisor, denominator / divisor);
  if (rate.numerator_ > kPartMax || rate.denominator_ > kPartMax) return std::nullopt;
  return rate;
}

std::optional<std::int64_t> muldiv(std::int64_t a, std::int64_t n, std::int64_t d,
                                   Rounding rounding) {
  CHECK(a >= 0);
  CHECK(n >= 0);
  CHECK(d > 0);
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * static_cast<Wide>(n);
  const Wide divisor = static_cast<Wide>(d);
  Wide quotient = product / divisor;
  const Wide remainder = product % divisor;
  const Wide rest_of_divisor = divisor - remainder;
  switch (rounding) {
    case Rounding::Floor:
      break;
    case Rounding::Ceil:
      if (remainder != 0) ++quotient;
      break;
    case Rounding::HalfUp:
      if (remainder >= rest_of_divisor) ++quotient;
      break;
    case Rounding::HalfEven:
      if (remainder > rest_of_divisor || (remainder == rest_of_divisor && quotient % 2 == 1))
        ++quotient;
      break;
  }
  if (quotient > static_cast<Wide>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  return static_cast<std::int64_t>(quotient);
}

}  // namespace tally
