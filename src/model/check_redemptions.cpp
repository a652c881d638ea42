// What the fields of redemptions, holds, returns and activations show to be wrong.
#include <tally/base/limits.h>

#include "model/check_fields.h"

namespace tally {
namespace {

Result<void> check_returned(const std::string& field, const ReturnedLine& line) {
  TRY_VOID(require_range(field + ".number", line.number, 0, limits::kLinesMax - 1));
  if (line.quantity < 0 || line.quantity > kPointsMax)
    return fault(field + ".quantity", std::to_string(line.quantity), "0 to 2^53 - 1");
  if (line.quantity == 0 && line.net == Money() && line.tax == Money())
    return fault(field, "a line of which nothing comes back", "a quantity, a net or a tax above 0");
  return {};
}

/// With lines, the totals are theirs, as in the purchase.
Result<void> check_returned_lines(const Reverse& reverse) {
  if (reverse.lines.empty()) return {};
  TRY_VOID(require_range("lines", reverse.lines.size(), 1, limits::kLinesMax));
  TRY_VOID(check_ascending("lines", reverse.lines,
                           [](const ReturnedLine& line) { return line.number; }));
  std::uint64_t net = 0;  // at most a hundred amounts below 2^53
  std::uint64_t tax = 0;
  for (std::size_t i = 0; i < reverse.lines.size(); ++i) {
    TRY_VOID(check_returned("lines[" + std::to_string(i) + "]", reverse.lines[i]));
    net += static_cast<std::uint64_t>(reverse.lines[i].net.minor_units());
    tax += static_cast<std::uint64_t>(reverse.lines[i].tax.minor_units());
  }
  return check_sums({reverse.total, reverse.tax, reverse.excluded}, net, tax);
}

}  // namespace

Result<void> check_fields(const Redeem& action) {
  TRY_VOID(check_programme_id(action.programme));
  TRY_VOID(check_who(action.member, action.token));
  TRY_VOID(check_currency(action.currency));
  TRY_VOID(check_part("excluded", action.excluded, action.basket));
  if (action.mode == RedeemMode::Reward && action.excluded != Money())
    return fault("excluded", std::to_string(action.excluded.minor_units()),
                 "0: points pay all of a reward");
  return check_points("points", action.points);
}

Result<void> check_fields(const Activate& action) {
  TRY_VOID(check_programme_id(action.programme));
  return check_id_size("order", action.order);
}

Result<void> check_fields(const Hold& action) {
  TRY_VOID(check_fields(action.redeem));
  return require_range("ttl", action.ttl.milliseconds(), 0, limits::kHoldMsMax);
}

Result<void> check_fields(const Capture& action) {
  TRY_VOID(check_programme_id(action.programme));
  TRY_VOID(check_id_size("hold", action.hold));
  return check_points("points", action.points);
}

Result<void> check_fields(const Void& action) {
  TRY_VOID(check_programme_id(action.programme));
  return check_id_size("hold", action.hold);
}

Result<void> check_fields(const Reverse& action) {
  TRY_VOID(check_programme_id(action.programme));
  TRY_VOID(check_id_size("order", action.order));
  TRY_VOID(require(action.total != Money(), "total", 0, "above 0"));
  TRY_VOID(check_part("tax", action.tax, action.total));
  TRY_VOID(check_part("excluded", action.excluded, action.total));
  return check_returned_lines(action);
}

}  // namespace tally
