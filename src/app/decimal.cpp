// Decimal text to minor units.
#include "app/decimal.h"

#include <tally/base/bytes.h>

#include <string>

namespace tally::app {
namespace {

constexpr std::size_t kDigitsMax = 18;  // below 10^18: fits int64

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Error not_an_amount(std::string_view text) {
  return malformed("got \"" + printable(text) + "\"; expected an amount such as 11.77");
}

}  // namespace

Result<Decimal> decimal_from(std::string_view text) {
  Decimal decimal;
  bool in_places = false;
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == '.' && !in_places && digits > 0) {
      in_places = true;
      continue;
    }
    if (!is_digit(c)) return not_an_amount(text);
    if (++digits > kDigitsMax)
      return malformed("got \"" + printable(text) + "\"; expected at most 18 digits");
    decimal.digits = decimal.digits * 10 + (c - '0');
    decimal.places = static_cast<std::uint8_t>(decimal.places + (in_places ? 1 : 0));
  }
  if (digits == 0 || text.back() == '.') return not_an_amount(text);
  return decimal;
}

Result<Money> minor_units_from(const Decimal& decimal, std::uint8_t exponent) {
  CHECK(exponent <= 6);
  std::int64_t units = decimal.digits;
  for (std::uint8_t place = decimal.places; place > exponent; --place) {
    if (units % 10 != 0)
      return Error{ErrorCode::OutOfLimits, "got " + std::to_string(decimal.places) +
                                               " decimal places; expected at most " +
                                               std::to_string(exponent)};
    units /= 10;
  }
  for (std::uint8_t place = decimal.places; place < exponent; ++place) {
    if (units > (std::int64_t{1} << 53)) break;  // Money::from refuses it
    units *= 10;
  }
  const std::optional<Money> money = Money::from(units);
  if (!money.has_value())
    return Error{ErrorCode::OutOfLimits, "the amount passes 2^53 - 1 minor units"};
  return *money;
}

}  // namespace tally::app
