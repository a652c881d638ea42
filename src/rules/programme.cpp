// What a programme must be. The door asks the same of its form; this is the ledger's own answer, so
// that a programme in force is one that was checked twice.
#include <tally/rules/programme.h>

#include <tally/base/limits.h>

#include <string>

namespace tally::rules {
namespace {

Result<void> require(bool holds, const char* rule) {
  if (holds) return {};
  return malformed(rule);
}

Result<void> check_base(const BaseRule& base) {
  return require(base.per > Money(), "base.per: got 0; expected an amount above 0");
}

Result<void> check_expiry(const ExpiryRule& expiry) {
  if (expiry.kind == ExpiryKind::Never)
    return require(expiry.months == 0 && expiry.rounding == MonthRounding::None,
                   "expiry: points never expire; expected no months and no rounding");
  return require(expiry.months >= 1 && expiry.months <= limits::kExpiryMonthsMax,
                 "expiry.months: expected 1 to 1200");
}

Result<void> check_redeem(const RedeemRule& redeem) {
  TRY_VOID(require(!redeem.price_points.is_zero(), "redeem.price_points: expected above 0"));
  TRY_VOID(require(redeem.price_money > Money(), "redeem.price_money: expected above 0"));
  TRY_VOID(require(!redeem.step.is_zero(), "redeem.step: expected above 0"));
  return require(redeem.max_percent >= 1 && redeem.max_percent <= 100,
                 "redeem.max_percent: expected 1 to 100");
}

Result<void> check_offsets(const std::vector<UtcOffset>& offsets) {
  TRY_VOID(require(offsets.size() <= limits::kUtcOffsetsMax, "utc_offsets: expected at most 64"));
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    TRY_VOID(require(offsets[i].minutes >= -1'440 && offsets[i].minutes <= 1'440,
                     "utc_offsets: expected -1440 to 1440 minutes"));
    TRY_VOID(require(i == 0 || offsets[i - 1].from < offsets[i].from,
                     "utc_offsets: expected ascending times"));
  }
  return {};
}

}  // namespace

Result<void> check_programme(const Programme& programme) {
  TRY_VOID(check_base(programme.base));
  TRY_VOID(check_expiry(programme.expiry));
  TRY_VOID(check_redeem(programme.redeem));
  TRY_VOID(require(programme.transfer.fee_basis_points <= 10'000,
                   "transfer.fee_basis_points: expected 0 to 10000"));
  TRY_VOID(require(programme.offline_window.milliseconds() <= limits::kOfflineWindowMsMax,
                   "offline_window: expected at most 400 days"));
  return check_offsets(programme.utc_offsets);
}

}  // namespace tally::rules
