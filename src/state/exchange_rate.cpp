#include <tally/state/exchange_rate.h>

#include <tally/base/check.h>

namespace tally::state {
namespace {

constexpr std::int64_t kBasisPoints = 10'000;

Points fee_of(Points points, std::uint32_t fee_bp) {
  CHECK(fee_bp <= kBasisPoints);
  const auto fee = muldiv(points.value(), fee_bp, kBasisPoints, Rounding::Ceil);
  return Points::from(fee.value()).value();  // at most `points`
}

/// CEIL(credit · a / b).
std::optional<Points> charge_of(Points credit, const Rate& rate) {
  const auto charge = muldiv(credit.value(), rate.denominator(), rate.numerator(), Rounding::Ceil);
  return charge.has_value() ? Points::from(*charge) : std::nullopt;
}

}  // namespace

Rate cross_rate(std::int64_t bid_of_a, std::int64_t ask_of_b) {
  return Rate::from(bid_of_a, ask_of_b).value();
}

std::optional<Exchanged> exchange_in(Points offered, const Rate& rate, std::uint32_t fee_bp) {
  Exchanged exchanged;
  exchanged.fee = fee_of(offered, fee_bp);
  const Points rest = checked_subtract(offered, exchanged.fee).value();
  const auto credit = muldiv(rest.value(), rate.numerator(), rate.denominator(), Rounding::Floor);
  const auto points = credit.has_value() ? Points::from(*credit) : std::nullopt;
  if (!points.has_value()) return std::nullopt;
  exchanged.credit = *points;
  exchanged.charge = charge_of(*points, rate).value();
  CHECK(exchanged.charge <= rest);
  return exchanged;
}

std::optional<Exchanged> exchange_out(Points wanted, const Rate& rate, std::uint32_t fee_bp) {
  const auto charge = charge_of(wanted, rate);
  if (!charge.has_value()) return std::nullopt;
  const Exchanged exchanged{*charge, fee_of(*charge, fee_bp), wanted};
  if (!checked_add(exchanged.charge, exchanged.fee).has_value()) return std::nullopt;
  return exchanged;
}

Points credited_so_far(const Exchanged& exchanged, Points charged_so_far) {
  CHECK(charged_so_far <= exchanged.charge);
  const auto credit = muldiv(charged_so_far.value(), exchanged.credit.value(),
                             exchanged.charge.value(), Rounding::Floor);
  return Points::from(credit.value()).value();
}

}  // namespace tally::state
