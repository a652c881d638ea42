// What a purchase earns: the eligible amount, and the base rule over it.
#include <tally/rules/evaluate.h>

#include <algorithm>

namespace tally::rules {
namespace {

constexpr const char* kBaseSource = "base";

}  // namespace

std::optional<std::vector<EarnLine>> evaluate_earn(const Programme& programme, const Earn& purchase,
                                                   Money paid_by_points) {
  const Money eligible = eligible_amount(programme, purchase, paid_by_points);
  const std::optional<std::int64_t> award =
      muldiv(eligible.minor_units(), programme.base.points.value(),
             programme.base.per.minor_units(), Rounding::Floor);
  if (!award.has_value()) return std::nullopt;
  const std::optional<Points> points = Points::from(*award);
  if (!points.has_value()) return std::nullopt;
  return std::vector<EarnLine>{EarnLine{kBaseSource, *points}};
}

Money eligible_amount(const Programme& programme, const Earn& purchase, Money paid_by_points) {
  std::int64_t eligible = purchase.total.minor_units();  // each part is below 2^53: no wrapping
  if (!programme.base.counts_tax) eligible -= purchase.tax.minor_units();
  eligible -= purchase.excluded.minor_units();
  eligible -= paid_by_points.minor_units();
  return Money::from(std::max<std::int64_t>(eligible, 0)).value();
}

}  // namespace tally::rules
