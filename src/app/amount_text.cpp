// Integers to decimal text.
#include "app/amount_text.h"

#include <tally/base/check.h>

#include <algorithm>

namespace tally::app {
namespace {

constexpr std::uint8_t kMicroPlaces = 6;

/// Digits with a point `places` from their end.
std::string with_point(std::int64_t value, std::uint8_t places) {
  // Of the least integer too: its size does not fit the signed type.
  const auto size =
      value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
  std::string digits = std::to_string(size);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  if (places > 0) digits.insert(digits.size() - places, 1, '.');
  return value < 0 ? "-" + digits : digits;
}

/// Without noughts behind, but for the first behind the point.
std::string shortened(std::string text) {
  const std::size_t point = text.find('.');
  text.erase(std::max(text.find_last_not_of('0') + 1, point + 2));
  return text;
}

}  // namespace

std::string amount_text(std::int64_t minor_units, std::uint8_t exponent) {
  CHECK(exponent <= kMicroPlaces);
  return with_point(minor_units, exponent);
}

std::string amount_text(MicroUnits amount) {
  return with_point(amount.value(), kMicroPlaces);
}

std::string price_text(std::int64_t micro_units) {
  CHECK(micro_units >= 0);
  return shortened(with_point(micro_units, kMicroPlaces));
}

std::string percent_text(std::int64_t ppm) {
  return shortened(with_point(ppm, 4)) + "%";
}

}  // namespace tally::app
