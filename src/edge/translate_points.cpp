// The kinds of transaction that belong to points, and the programme.
#include <tally/edge/translate.h>

#include "edge/fields.h"
#include "tally/v1/transaction.pb.h"

namespace tally::edge {
namespace {

Result<BaseRule> base_of(const v1::BaseRule& message) {
  TRY_VOID(require_known(message));
  BaseRule rule;
  TRY(rule.points, amount<Points>("points", message.points()));
  TRY(rule.per, amount<Money>("per", message.per()));
  rule.counts_tax = message.counts_tax();
  return rule;
}

Result<ExpiryRule> expiry_rule_of(const v1::ExpiryRule& message) {
  TRY_VOID(require_known(message));
  if (message.rounding() < v1::MONTH_ROUNDING_NONE ||
      message.rounding() > v1::MONTH_ROUNDING_END_OF_YEAR)
    return wrong("rounding", std::to_string(message.rounding()),
                 "MONTH_ROUNDING_NONE to MONTH_ROUNDING_END_OF_YEAR");
  return ExpiryRule{ExpiryKind::Rolling, message.months(),
                    static_cast<MonthRounding>(message.rounding())};
}

Result<RedeemRule> redeem_rule_of(const v1::RedeemRule& message) {
  TRY_VOID(require_known(message));
  RedeemRule rule;
  TRY(rule.price_points, amount<Points>("price_points", message.price_points()));
  TRY(rule.price_money, amount<Money>("price_money", message.price_money()));
  TRY(rule.minimum, amount<Points>("minimum", message.minimum()));
  TRY(rule.step, amount<Points>("step", message.step()));
  if (message.max_percent() < 1 || message.max_percent() > 100)
    return wrong("max_percent", std::to_string(message.max_percent()), "1 to 100");
  rule.max_percent = static_cast<std::uint8_t>(message.max_percent());
  if (!message.has_mixed()) return missing("mixed", "true or false");
  rule.mixed = message.mixed();
  TRY(rule.consent_above,
      amount<Points>("consent_above",
                     message.has_consent_above() ? message.consent_above() : kPointsMax));
  return rule;
}

Result<TransferRule> transfer_rule_of(const v1::TransferRule& message) {
  TRY_VOID(require_known(message));
  TransferRule rule;
  rule.enabled = message.enabled();
  TRY(rule.fee_min, amount<Points>("fee_min", message.fee_min()));
  if (message.fee_basis_points() > 10'000)
    return wrong("fee_basis_points", std::to_string(message.fee_basis_points()), "0 to 10000");
  rule.fee_basis_points = static_cast<std::uint16_t>(message.fee_basis_points());
  rule.cooling_off = Duration(message.cooling_off_ms());
  return rule;
}

Result<UtcOffset> utc_offset_of(const v1::UtcOffset& message) {
  TRY_VOID(require_known(message));
  if (message.minutes() < -1'440 || message.minutes() > 1'440)
    return wrong("minutes", std::to_string(message.minutes()), "-1440 to 1440");
  return UtcOffset{Timestamp(message.from()), static_cast<std::int16_t>(message.minutes())};
}

Result<Programme> programme_of(const v1::Programme& message) {
  TRY_VOID(require_known(message));
  Programme programme;
  programme.name = message.name();
  TRY(programme.currency, currency("currency", message.currency()));
  if (!message.has_base()) return missing("base", "what a purchase earns");
  TRY(programme.base, within("base", base_of(message.base())));
  if (message.has_expiry()) {
    TRY(programme.expiry, within("expiry", expiry_rule_of(message.expiry())));
  }
  if (!message.has_redeem()) return missing("redeem", "what points pay");
  TRY(programme.redeem, within("redeem", redeem_rule_of(message.redeem())));
  if (message.has_transfer()) {
    TRY(programme.transfer, within("transfer", transfer_rule_of(message.transfer())));
  }
  if (!message.has_offline_window_ms())
    return missing("offline_window_ms", "how old an event may be, in milliseconds");
  programme.offline_window = Duration(message.offline_window_ms());
  for (int i = 0; i < message.utc_offsets_size(); ++i) {
    const Result<UtcOffset> offset = utc_offset_of(message.utc_offsets(i));
    if (!offset.ok()) return within("utc_offsets[" + std::to_string(i) + "]", offset.error());
    programme.utc_offsets.push_back(*offset);
  }
  return programme;
}

void put(const RedeemRule& rule, v1::RedeemRule& message) {
  message.set_price_points(rule.price_points.value());
  message.set_price_money(rule.price_money.minor_units());
  message.set_minimum(rule.minimum.value());
  message.set_step(rule.step.value());
  message.set_max_percent(rule.max_percent);
  message.set_mixed(rule.mixed);
  if (rule.consent_above.value() != kPointsMax)
    message.set_consent_above(rule.consent_above.value());
}

void put(const Programme& programme, v1::Programme& message) {
  message.set_name(programme.name);
  message.set_currency(std::string(as_text(programme.currency.view())));
  message.mutable_base()->set_points(programme.base.points.value());
  message.mutable_base()->set_per(programme.base.per.minor_units());
  message.mutable_base()->set_counts_tax(programme.base.counts_tax);
  if (programme.expiry.kind == ExpiryKind::Rolling) {
    message.mutable_expiry()->set_months(programme.expiry.months);
    message.mutable_expiry()->set_rounding(
        static_cast<v1::MonthRounding>(programme.expiry.rounding));
  }
  put(programme.redeem, *message.mutable_redeem());
  v1::TransferRule& transfer = *message.mutable_transfer();
  transfer.set_enabled(programme.transfer.enabled);
  transfer.set_fee_min(programme.transfer.fee_min.value());
  transfer.set_fee_basis_points(programme.transfer.fee_basis_points);
  transfer.set_cooling_off_ms(programme.transfer.cooling_off.milliseconds());
  message.set_offline_window_ms(programme.offline_window.milliseconds());
  for (const UtcOffset& offset : programme.utc_offsets) {
    v1::UtcOffset& entry = *message.add_utc_offsets();
    entry.set_from(offset.from.milliseconds());
    entry.set_minutes(offset.minutes);
  }
}

}  // namespace

Result<Earn> from_proto(const v1::Earn& message) {
  TRY_VOID(require_known(message));
  Earn action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY(action.member, fixed<MemberId>("member", message.member()));
  TRY(action.currency, currency("currency", message.currency()));
  if (!message.has_total()) return missing("total", "minor units, 0 or above");
  TRY(action.total, amount<Money>("total", message.total()));
  TRY(action.tax, amount<Money>("tax", message.tax()));
  TRY(action.excluded, amount<Money>("excluded", message.excluded()));
  TRY(action.paid_by_points, amount<Money>("paid_by_points", message.paid_by_points()));
  if (!message.has_event_time())
    return missing("event_time", "when the till sold, in milliseconds UTC; the same in a retry");
  action.event_time = Timestamp(message.event_time());
  return action;
}

void to_proto(const Earn& action, v1::Earn& message) {
  message.set_programme(action.programme.value());
  message.set_member(hex(action.member.view()));
  message.set_currency(std::string(as_text(action.currency.view())));
  message.set_total(action.total.minor_units());
  message.set_tax(action.tax.minor_units());
  message.set_excluded(action.excluded.minor_units());
  message.set_paid_by_points(action.paid_by_points.minor_units());
  message.set_event_time(action.event_time.milliseconds());
}

Result<Redeem> from_proto(const v1::Redeem& message) {
  TRY_VOID(require_known(message));
  Redeem action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY(action.member, fixed<MemberId>("member", message.member()));
  TRY(action.currency, currency("currency", message.currency()));
  if (!message.has_basket()) return missing("basket", "minor units, 0 or above");
  TRY(action.basket, amount<Money>("basket", message.basket()));
  TRY(action.excluded, amount<Money>("excluded", message.excluded()));
  if (message.has_points()) {
    action.mode = RedeemMode::Exactly;
    TRY(action.points, amount<Points>("points", message.points()));
  } else if (message.has_up_to()) {
    action.mode = RedeemMode::UpTo;
    TRY(action.points, amount<Points>("up_to", message.up_to()));
  } else {
    return missing("points", "points, or up_to");
  }
  return action;
}

void to_proto(const Redeem& action, v1::Redeem& message) {
  message.set_programme(action.programme.value());
  message.set_member(hex(action.member.view()));
  message.set_currency(std::string(as_text(action.currency.view())));
  message.set_basket(action.basket.minor_units());
  message.set_excluded(action.excluded.minor_units());
  if (action.mode == RedeemMode::Exactly)
    message.set_points(action.points.value());
  else
    message.set_up_to(action.points.value());
}

Result<Transfer> from_proto(const v1::Transfer& message) {
  TRY_VOID(require_known(message));
  Transfer action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY(action.from, fixed<MemberId>("from", message.from()));
  TRY(action.to, fixed<MemberId>("to", message.to()));
  TRY(action.points, amount<Points>("points", message.points()));
  return action;
}

void to_proto(const Transfer& action, v1::Transfer& message) {
  message.set_programme(action.programme.value());
  message.set_from(hex(action.from.view()));
  message.set_to(hex(action.to.view()));
  message.set_points(action.points.value());
}

Result<PublishProgramme> from_proto(const v1::PublishProgramme& message) {
  TRY_VOID(require_known(message));
  PublishProgramme action;
  action.version = message.version();
  action.active_from = Height(message.active_from());
  if (!message.has_programme()) return missing("programme", "a programme");
  TRY(action.programme, within("programme", programme_of(message.programme())));
  return action;
}

void to_proto(const PublishProgramme& action, v1::PublishProgramme& message) {
  message.set_version(action.version);
  message.set_active_from(action.active_from.value());
  put(action.programme, *message.mutable_programme());
}

}  // namespace tally::edge
