#include <tally/base/micro_units.h>

#include <tally/base/check.h>

namespace tally {
namespace {

constexpr std::uint8_t kMicroExponent = 6;

}  // namespace

std::optional<MicroUnits> price_of(Points points, std::int64_t price) {
  CHECK(price >= 0);
  const auto product = muldiv(points.value(), price, 1, Rounding::Floor);
  if (!product.has_value()) return std::nullopt;
  return MicroUnits::from(*product);
}

std::int64_t micro_units_in_minor(std::uint8_t exponent) {
  CHECK(exponent <= kMicroExponent);
  std::int64_t units = 1;
  for (std::uint8_t i = exponent; i < kMicroExponent; ++i)
    units *= 10;
  return units;
}

MinorAndRest split_minor(MicroUnits amount, std::uint8_t exponent) {
  const std::int64_t unit = micro_units_in_minor(exponent);
  // C++ divides towards zero, so the rest has the amount's sign.
  return {amount.value() / unit, MicroUnits::from(amount.value() % unit).value()};
}

}  // namespace tally
