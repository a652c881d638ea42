// Explanations: a copy of the data for programs.
#include <tally/edge/translate.h>

#include "edge/fields.h"
#include "tally/v1/explain.pb.h"
#include "tally/v1/ledger.pb.h"

namespace tally::edge {
namespace {

std::string padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

std::string text_of(CivilDate date) {
  return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2);
}

/// "2026-03-03T16:30:00"
std::string text_of(LocalTime at) {
  const auto day_ms = static_cast<std::int64_t>(kDay.milliseconds());
  const std::int64_t rest = ((at.value() % day_ms) + day_ms) % day_ms;
  const std::int64_t seconds = rest / 1'000;
  return text_of(civil_from_days((at.value() - rest) / day_ms)) + "T" + padded(seconds / 3'600, 2) +
         ":" + padded(seconds / 60 % 60, 2) + ":" + padded(seconds % 60, 2);
}

void put(const rules::NamedTier& tier, v1::NamedTier& message) {
  message.set_number(tier.number);
  message.set_name(tier.name);
}

void put(const rules::EligibleAmount& eligible, v1::EligibleAmount& message) {
  message.set_total(eligible.total.minor_units());
  message.set_tax(eligible.tax.minor_units());
  message.set_excluded(eligible.excluded.minor_units());
  message.set_paid_by_points(eligible.paid_by_points.minor_units());
  message.set_amount(eligible.amount.minor_units());
}

void put(const rules::FactRead& read, v1::FactRead& message) {
  message.set_name(read.name);
  if (const auto* flag = std::get_if<bool>(&read.value)) message.set_flag(*flag);
  if (const auto* number = std::get_if<std::int64_t>(&read.value)) message.set_number(*number);
  if (const auto* text = std::get_if<std::string>(&read.value)) message.set_text(*text);
  if (const auto* texts = std::get_if<std::vector<std::string>>(&read.value))
    message.mutable_texts()->mutable_texts()->Assign(texts->begin(), texts->end());
  if (read.local.has_value()) message.set_local(text_of(*read.local));
}

void put(const rules::ExplainedExpression& expression, v1::ExplainedExpression& message) {
  message.set_source(expression.source);
  if (expression.value.has_value()) message.set_value(*expression.value);
  if (expression.error.has_value()) message.set_error(static_cast<v1::RunError>(*expression.error));
  for (const rules::FactRead& read : expression.reads)
    put(read, *message.add_reads());
}

void put(const rules::ExplainedRule& rule, v1::ExplainedRule& message) {
  to_proto(rule.result, *message.mutable_result());
  if (rule.campaign.has_value()) message.set_title(rule.campaign->title);
  put(rule.tier, *message.mutable_tier());
  for (const rules::Condition condition : rule.failed)
    message.add_failed(static_cast<v1::Condition>(condition));
  if (rule.when.has_value()) put(*rule.when, *message.mutable_when());
  put(rule.award, *message.mutable_award());
  message.set_chosen(rule.chosen);
  for (const rules::BindingCap& binding : rule.binding) {
    v1::BindingCap& cap = *message.add_binding();
    cap.set_period(static_cast<v1::Period>(binding.cap.period));
    cap.set_limit(binding.cap.limit);
    cap.set_times(binding.times);
  }
  for (const rules::FundedPoints& part : rule.funders) {
    v1::FundedPoints& funded = *message.add_funders();
    funded.set_funder(tally::text_of(part.who));
    funded.set_points(part.points.value());
  }
  if (rule.expires_at.has_value() && *rule.expires_at != Timestamp::never())
    message.set_expires_at(rule.expires_at->milliseconds());
  if (rule.last_day.has_value()) message.set_last_day(text_of(*rule.last_day));
  message.set_agrees(rule.agrees);
}

}  // namespace

void to_proto(const Missing& missing, v1::Missing& message) {
  message.set_points(missing.points.value());
  for (const NotYetUsable& each : missing.not_usable) {
    v1::NotYetUsable& not_usable = *message.add_not_usable();
    not_usable.set_points(each.points.value());
    if (each.until != Timestamp::never()) not_usable.set_until(each.until.milliseconds());
    not_usable.set_held(each.held);
  }
  message.set_debt(missing.debt.value());
  if (missing.not_before.has_value()) message.set_not_before(missing.not_before->milliseconds());
}

void to_proto(const rules::Explanation& explanation, v1::Explanation& message) {
  message.set_outcome(std::string(name_of(explanation.outcome)));
  message.set_programme_version(explanation.programme_version);
  message.set_trigger(static_cast<v1::Trigger>(explanation.trigger));
  message.set_event_time(text_of(explanation.event_time));
  if (explanation.eligible.has_value()) put(*explanation.eligible, *message.mutable_eligible());
  put(explanation.tier_before, *message.mutable_tier_before());
  put(explanation.tier_after, *message.mutable_tier_after());
  for (const rules::ExplainedRule& rule : explanation.rules)
    put(rule, *message.add_rules());
  message.set_agrees(explanation.agrees);
}

}  // namespace tally::edge
