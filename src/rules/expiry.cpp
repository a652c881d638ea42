// When a lot expires, by the day on which it became available (design/loyalty.md §12).
#include <tally/base/check.h>
#include <tally/rules/evaluate.h>

namespace tally::rules {

Timestamp expires_at(const ExpiryRule& rule, std::span<const UtcOffset> offsets, Timestamp start) {
  CHECK(rule.kind != ExpiryKind::Inactivity);
  if (rule.kind == ExpiryKind::Never) return Timestamp::never();
  if (rule.kind == ExpiryKind::Rolling)
    return expiry_after_months(offsets, start, rule.months, rule.rounding);
  const std::int64_t today = local_day(offsets, start);
  for (const CivilDate& date : rule.dates)
    if (days_from_civil(date) - today >= std::int64_t{rule.min_days})
      return start_of_day(offsets, date);
  return Timestamp::never();  // the programme has named no date for points of this day yet
}

Timestamp idle_at(const ExpiryRule& rule, std::span<const UtcOffset> offsets, Timestamp activity) {
  CHECK(rule.kind == ExpiryKind::Inactivity);
  return expiry_after_months(offsets, activity, rule.months, rule.rounding);
}

Timestamp extended(Timestamp expires_at, std::uint32_t months, MonthRounding rounding,
                   std::span<const UtcOffset> offsets) {
  if (expires_at == Timestamp::never()) return expires_at;
  return expiry_after_months(offsets, expires_at.minus(Duration(1)), months, rounding);
}

Timestamp reinstated_from(const Reinstatement& rule, std::span<const UtcOffset> offsets,
                          Timestamp request) {
  const std::int64_t day = local_day(offsets, request) - std::int64_t{rule.window_days};
  return start_of_day(offsets, civil_from_days(day));
}

}  // namespace tally::rules
