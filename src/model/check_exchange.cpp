// What the fields of quotes and rates show to be wrong.
#include <tally/base/limits.h>

#include "model/check_fields.h"

namespace tally {
namespace {

/// That a bid is above its ask is the ledger's to say: QUOTE_CROSSED.
Result<void> check_price(std::string_view field, std::int64_t price) {
  if (price >= 1 && price <= limits::kPriceMax) return {};
  return fault(field, std::to_string(price), "1 to 1000000000 micro-units for a point");
}

}  // namespace

Result<void> check_fields(const PublishQuote& action) {
  TRY_VOID(check_programme_id(action.programme));
  TRY_VOID(check_currency(action.currency));
  TRY_VOID(check_price("bid", action.bid));
  TRY_VOID(check_price("ask", action.ask));
  return require(action.valid_from < action.valid_until, "valid_until",
                 action.valid_until.milliseconds(), "after valid_from");
}

Result<void> check_fields(const PublishRate& action) {
  TRY_VOID(check_programme_id(action.programme));
  TRY_VOID(require(action.into.value() != 0, "into", 0, "a programme: 0 names none"));
  TRY_VOID(require(action.into != action.programme, "into", action.into.value(),
                   "another programme than the one whose points are given"));
  const auto rate = Rate::from(action.points_into, action.points);
  if (rate.has_value() && rate->numerator() == action.points_into) return {};
  return fault("points",
               std::to_string(action.points) + " for " + std::to_string(action.points_into),
               "two numbers from 1 to 1000000000 without a common divisor");
}

}  // namespace tally
