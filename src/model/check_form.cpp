// check_form: what a transaction's own text shows to be wrong.
#include <tally/base/limits.h>
#include <tally/model/transaction.h>

#include "model/fault.h"
#include "model/text.h"

namespace tally {
namespace {

std::uint64_t number(Points points) {
  return static_cast<std::uint64_t>(points.value());
}

Result<void> check_programme_id(MerchantId programme) {
  return require(programme.value() != 0, "programme", 0, "a programme: 0 names none");
}

Result<void> check_currency(const Currency& currency) {
  for (const std::uint8_t letter : currency.array())
    if (letter < 'A' || letter > 'Z')
      return fault("currency", printable(as_text(currency.view())),
                   "three upper-case letters of ISO 4217");
  return {};
}

Result<void> check_part(std::string_view field, Money part, Money total) {
  if (part <= total) return {};
  return fault(field, std::to_string(part.minor_units()),
               "at most the total of which it is a part, " + std::to_string(total.minor_units()));
}

/// How old a purchase is and whether its sum overflows is for execution; a total of 0 is an answer.
Result<void> check_fields(const Earn& earn) {
  TRY_VOID(check_programme_id(earn.programme));
  TRY_VOID(check_currency(earn.currency));
  TRY_VOID(check_part("tax", earn.tax, earn.total));
  TRY_VOID(check_part("excluded", earn.excluded, earn.total));
  return check_part("paid_by_points", earn.paid_by_points, earn.total);
}

Result<void> check_fields(const Redeem& redeem) {
  TRY_VOID(check_programme_id(redeem.programme));
  TRY_VOID(check_currency(redeem.currency));
  TRY_VOID(check_part("excluded", redeem.excluded, redeem.basket));
  return require(!redeem.points.is_zero(), "points", 0, "above 0");
}

Result<void> check_fields(const Transfer& transfer) {
  TRY_VOID(check_programme_id(transfer.programme));
  TRY_VOID(require(!transfer.points.is_zero(), "points", 0, "above 0"));
  if (transfer.from == transfer.to)
    return fault("to", "the sender, " + to_hex(transfer.to.view()), "another member");
  return {};
}

Result<void> check_fields(const Enrol& enrol) {
  return check_programme_id(enrol.programme);
}

Result<void> check_fields(const RegisterKey& action) {
  if (action.role == Role::Node)
    return fault("role", "node", "another one: a node's keys stand in genesis");
  const bool is_member = action.role == Role::Member;
  if (action.member.has_value() != is_member)
    return fault("member", is_member ? "none" : "a member",
                 is_member ? "the member whose key it is" : "none: the key is a merchant's");
  const std::uint64_t backdate = action.limits.backdate_max.milliseconds();
  if (action.role != Role::Operator)
    TRY_VOID(require(backdate == 0, "limits.backdate_max", backdate, "0: only operators backdate"));
  TRY_VOID(require_range("limits.backdate_max", backdate, 0, limits::kBackdateMsMax));
  return require(action.valid_from < action.valid_until, "valid_until",
                 action.valid_until.milliseconds(), "a time after valid_from");
}

Result<void> check_fields(const AdvanceClock& action) {
  return require_range("by", action.by.milliseconds(), 1, limits::kClockAdvanceMsMax);
}

/// Whether some redemption can be allowed: a multiple of the step at or above the minimum.
bool has_redeemable_amount(const RedeemRule& rule) {
  const std::uint64_t step = number(rule.step);
  const std::uint64_t multiples = (number(rule.minimum) + step - 1) / step;
  return multiples <= number(*Points::from(kPointsMax)) / step;
}

Result<void> check_redeem_rule(const RedeemRule& rule) {
  TRY_VOID(require(!rule.price_points.is_zero(), "redeem.price_points", 0, "above 0"));
  TRY_VOID(require(rule.price_money > Money(), "redeem.price_money", 0, "above 0"));
  TRY_VOID(require(!rule.step.is_zero(), "redeem.step", 0, "above 0"));
  TRY_VOID(require(has_redeemable_amount(rule), "redeem.minimum", number(rule.minimum),
                   "a multiple of the step at or above it, below 2^53"));
  return require_range("redeem.max_percent", rule.max_percent, 1, 100);
}

Result<void> check_expiry_rule(const ExpiryRule& rule) {
  if (rule.kind == ExpiryKind::Rolling)
    return require_range("expiry.months", rule.months, 1, limits::kExpiryMonthsMax);
  TRY_VOID(require(rule.months == 0, "expiry.months", rule.months, "0: points never expire"));
  return require(rule.rounding == MonthRounding::None, "expiry.rounding",
                 static_cast<std::uint64_t>(rule.rounding), "none: points never expire");
}

Result<void> check_utc_offsets(const std::vector<UtcOffset>& offsets) {
  TRY_VOID(require_range("utc_offsets", offsets.size(), 0, limits::kUtcOffsetsMax));
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    const std::string field = "utc_offsets[" + std::to_string(i) + "]";
    if (offsets[i].minutes < -1'440 || offsets[i].minutes > 1'440)
      return fault(field + ".minutes", std::to_string(offsets[i].minutes), "-1440 to 1440");
    TRY_VOID(require(i == 0 || offsets[i - 1].from < offsets[i].from, field + ".from",
                     offsets[i].from.milliseconds(), "a time after the entry before"));
  }
  return {};
}

Result<void> check_programme_text(const Programme& programme) {
  TRY_VOID(check_name("name", programme.name, limits::kTextBytesMax));
  return check_no_personal_data("name", programme.name);
}

Result<void> check_fields(const PublishProgramme& action) {
  const Programme& programme = action.programme;
  TRY_VOID(require(action.version >= 1, "version", action.version, "1 or above"));
  TRY_VOID(check_programme_text(programme));
  TRY_VOID(check_currency(programme.currency));
  TRY_VOID(require(programme.base.per > Money(), "base.per", 0, "above 0"));
  TRY_VOID(check_expiry_rule(programme.expiry));
  TRY_VOID(check_redeem_rule(programme.redeem));
  TRY_VOID(
      require_range("transfer.fee_basis_points", programme.transfer.fee_basis_points, 0, 10'000));
  TRY_VOID(require_range("offline_window", programme.offline_window.milliseconds(), 0,
                         limits::kOfflineWindowMsMax));
  return check_utc_offsets(programme.utc_offsets);
}

Result<void> check_id_size(std::string_view field, const Bytes& id) {
  return require_range(field, id.size(), limits::kRequestIdBytesMin, limits::kRequestIdBytesMax);
}

/// What stands around the action. The decoder refuses most of this too, but at the door a
/// transaction comes from other text than its encoding.
Result<void> check_frame(const Transaction& transaction) {
  TRY_VOID(require(transaction.merchant.value() != 0, "merchant", 0, "a merchant: 0 names none"));
  TRY_VOID(check_id_size("request_id", transaction.request_id));
  if (transaction.order_id.has_value()) {
    const ActionKind kind = kind_of(transaction.action);
    if (!may_have_order(kind))
      return fault("order_id", "one in " + std::string(name_of(kind)),
                   "none: only earn and redeem have one");
    TRY_VOID(check_id_size("order_id", *transaction.order_id));
  }
  return require_range("consents", transaction.consents.size(), 0, limits::kConsentsMax);
}

}  // namespace

Result<void> check_form(const Transaction& transaction) {
  TRY_VOID(check_frame(transaction));
  return std::visit([](const auto& fields) { return check_fields(fields); }, transaction.action);
}

}  // namespace tally
