// How parts of sentences are written; what differs between languages is the catalogue's.
#include "words/parts.h"

#include <tally/base/bytes.h>
#include <tally/base/check.h>

#include <algorithm>

namespace tally::words {
namespace {

std::string padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

std::string text_of(CivilDate date) {
  return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts)
    all += (all.empty() ? "" : ", ") + part;
  return all;
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace

std::string Parts::points(Points points) const {
  if (points.value() == 1) return say(Sentence::OnePoint);
  return say(Sentence::ManyPoints, {{"count", number(points)}});
}

std::string Parts::money(std::int64_t minor_units) const {
  std::string text = padded(minor_units, std::size_t{exponent_} + 1);
  if (exponent_ > 0) text.insert(text.size() - exponent_, ".");
  return text;
}

std::string Parts::eligible(const rules::EligibleAmount& eligible) const {
  std::vector<std::string> less;
  const auto add = [&](Sentence sentence, Money amount) {
    if (amount != Money()) less.push_back(say(sentence, {{"amount", money(amount.minor_units())}}));
  };
  add(Sentence::LessTax, eligible.tax);
  add(Sentence::LessExcluded, eligible.excluded);
  add(Sentence::LessPaidByPoints, eligible.paid_by_points);
  const std::string amount = money(eligible.amount.minor_units());
  if (less.empty()) return say(Sentence::Amount, {{"amount", amount}});
  return say(Sentence::AmountLess, {{"amount", amount},
                                    {"total", money(eligible.total.minor_units())},
                                    {"parts", joined(less)}});
}

std::string Parts::weekday(std::int64_t day) const {
  // 1 January 1970 was a Thursday.
  constexpr std::int64_t kThursday = 3;
  constexpr std::int64_t kDays = 7;
  const std::int64_t place = ((day + kThursday) % kDays + kDays) % kDays;
  return say(static_cast<Sentence>(static_cast<std::int64_t>(Sentence::Monday) + place));
}

std::string Parts::moment(LocalTime at) const {
  constexpr std::int64_t kMinute = 60'000;
  constexpr std::int64_t kMinutes = 60;
  const auto day_ms = static_cast<std::int64_t>(kDay.milliseconds());
  const std::int64_t day = floor_div(at.value(), day_ms);
  const std::int64_t minute = (at.value() - day * day_ms) / kMinute;
  const std::string time = padded(minute / kMinutes, 2) + ":" + padded(minute % kMinutes, 2);
  return say(Sentence::Moment,
             {{"weekday", weekday(day)}, {"date", text_of(civil_from_days(day))}, {"time", time}});
}

std::string Parts::day(CivilDate date) const {
  return say(Sentence::Day, {{"weekday", weekday(days_from_civil(date))}, {"date", text_of(date)}});
}

std::string Parts::period(Period period) const {
  switch (period) {
    case Period::Transaction:
      return say(Sentence::InTransaction);
    case Period::Hour:
      return say(Sentence::InHour);
    case Period::Day:
      return say(Sentence::InDay);
    case Period::Week:
      return say(Sentence::InWeek);
    case Period::Month:
      return say(Sentence::InMonth);
    case Period::Year:
      return say(Sentence::InYear);
    case Period::Ever:
      break;
  }
  return say(Sentence::InAll);
}

std::string Parts::funders(const std::vector<rules::FundedPoints>& funders) const {
  std::vector<std::string> parts;
  for (const rules::FundedPoints& part : funders) {
    std::string who = say(Sentence::Issuer);
    if (part.who.kind == FunderKind::Merchant)
      who = say(Sentence::Merchant, {{"name", part.who.name}});
    if (part.who.kind == FunderKind::Brand) who = say(Sentence::Brand, {{"name", part.who.name}});
    parts.push_back(say(Sentence::FunderPart, {{"funder", who}, {"points", points(part.points)}}));
  }
  return joined(parts);
}

std::string Parts::facts(const std::vector<rules::FactRead>& facts) const {
  std::vector<std::string> parts;
  for (const rules::FactRead& fact : facts) {
    if (std::holds_alternative<std::monostate>(fact.value))
      parts.push_back(say(Sentence::FactAbsent, {{"name", fact.name}}));
    else
      parts.push_back(say(Sentence::FactIs, {{"name", fact.name}, {"value", value(fact)}}));
  }
  return joined(parts);
}

std::string Parts::value(const rules::FactRead& fact) const {
  if (fact.local.has_value()) return moment(*fact.local);
  if (const auto* flag = std::get_if<bool>(&fact.value))
    return say(*flag ? Sentence::True : Sentence::False);
  if (const auto* number = std::get_if<std::int64_t>(&fact.value)) return std::to_string(*number);
  if (const auto* one = std::get_if<std::string>(&fact.value)) return text(*one);
  const auto* many = std::get_if<std::vector<std::string>>(&fact.value);
  CHECK(many != nullptr);
  std::vector<std::string> quoted;
  for (const std::string& each : *many)
    quoted.push_back(text(each));
  return "[" + joined(quoted) + "]";
}

std::string Parts::text(std::string_view text) const {
  return say(Sentence::Text, {{"text", printable(text)}});
}

std::string Parts::list(const std::vector<std::string>& names) {
  return joined(names);
}

std::string Parts::one_line(std::string_view source) {
  std::string line;
  char quote = 0;  // of the string that it stands in
  for (std::size_t i = 0; i < source.size(); ++i) {
    const char c = source[i];
    if (quote == 0 && source.substr(i).starts_with("//")) {
      i = std::min(source.find('\n', i), source.size()) - 1;
      continue;
    }
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space || quote != 0)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
    if (quote == 0 && (c == '"' || c == '\''))
      quote = c;
    else if (quote != 0 && c == '\\' && i + 1 < source.size())
      line += source[++i];
    else if (c == quote)
      quote = 0;
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

std::string Parts::good_until(const rules::ExplainedRule& rule) const {
  if (!rule.last_day.has_value()) return say(Sentence::GoodForEver);
  return say(Sentence::GoodUntil, {{"day", day(*rule.last_day)}});
}

}  // namespace tally::words
