// A second evaluator of the rule language: it walks a term, knows no cost, and shares nothing with
// the interpreter but its answers.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "support/rule_terms.h"
#include "support/rule_world.h"

namespace tally::test {

struct RuleValue;
using RuleValues = std::vector<RuleValue>;
struct RuleValue {
  std::variant<bool, std::int64_t, std::string, RuleValues, BasketLine> held;
  friend bool operator==(const RuleValue& a, const RuleValue& b) { return a.held == b.held; }
};

class ReferenceEvaluator {
 public:
  using Error = rules::RunError;
  using Result = tl::expected<RuleValue, Error>;

  explicit ReferenceEvaluator(const RuleWorld& world) : world_(world) {}

  /// As Answer::text has it.
  [[nodiscard]] std::string answer(const Term& term) {
    const Result result = value(term);
    if (!result) return std::string(name_of(result.error()));
    if (const auto* flag = std::get_if<bool>(&result->held)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&result->held))
      return std::to_string(*number);
    return '"' + std::get<std::string>(result->held) + '"';
  }

 private:
  __extension__ using Wide = __int128;

  static Result wrong(Error error) { return tl::unexpected(error); }
  static Result truth(bool value) { return RuleValue{value}; }
  static Result number(Wide value) {
    if (value > INT64_MAX || value < INT64_MIN) return wrong(Error::Overflow);
    return RuleValue{static_cast<std::int64_t>(value)};
  }
  static std::int64_t as_number(const RuleValue& value) {
    return std::get<std::int64_t>(value.held);
  }
  static bool as_truth(const RuleValue& value) { return std::get<bool>(value.held); }
  static const std::string& as_text(const RuleValue& value) {
    return std::get<std::string>(value.held);
  }
  static const RuleValues& as_list(const RuleValue& value) {
    return std::get<RuleValues>(value.held);
  }

  /// The parts from left to right, or the first error of them.
  tl::expected<RuleValues, Error> values(const std::vector<Term>& terms) {
    RuleValues all;
    for (const Term& term : terms) {
      Result one = value(term);
      if (!one) return tl::unexpected(one.error());
      all.push_back(*std::move(one));
    }
    return all;
  }

  Result value(const Term& term) {
    switch (term.kind) {
      case TermKind::Bool:
        return truth(term.number != 0);
      case TermKind::Int:
        return number(term.number);
      case TermKind::Text:
        return RuleValue{term.text};
      case TermKind::Variable:
        return variables_.at(term.variable);
      case TermKind::Has:
        return truth(present(term.text));
      case TermKind::Chain:
        return chain(term);
      case TermKind::Conditional: {
        const Result condition = value(term.parts[0]);
        if (!condition) return condition;
        return value(term.parts[as_truth(*condition) ? 1 : 2]);
      }
      case TermKind::Macro:
        return macro(term);
      case TermKind::Bind: {
        variables_.insert_or_assign(term.variable, value(term.parts[0]));
        return value(term.parts[1]);
      }
      default:
        break;
    }
    const auto parts = values(term.parts);
    if (!parts) return tl::unexpected(parts.error());
    return strict(term, *parts);
  }

  /// What needs all its parts.
  Result strict(const Term& term, const RuleValues& parts) {
    switch (term.kind) {
      case TermKind::Field:
        return parts.empty() ? field(term.text) : line_field(term.text, parts[0]);
      case TermKind::List:
        return RuleValue{parts};
      case TermKind::Unary:
        if (term.text == "!") return truth(!as_truth(parts[0]));
        return number(-static_cast<Wide>(as_number(parts[0])));
      case TermKind::Binary:
        return binary(term.text, parts[0], parts[1]);
      case TermKind::Index: {
        const RuleValues& list = as_list(parts[0]);
        const std::int64_t place = as_number(parts[1]);
        if (place < 0 || place >= static_cast<std::int64_t>(list.size()))
          return wrong(Error::Index);
        return list[static_cast<std::size_t>(place)];
      }
      case TermKind::StartsWith:
        return truth(as_text(parts[0]).rfind(as_text(parts[1]), 0) == 0);
      default:
        CHECK(term.kind == TermKind::Call);
        return call(term.text, parts);
    }
  }

  static Result binary(const std::string& name, const RuleValue& a, const RuleValue& b) {
    if (name == "in") {
      const RuleValues& list = as_list(b);
      return truth(std::find(list.begin(), list.end(), a) != list.end());
    }
    if (name == "==") return truth(a == b);
    if (name == "!=") return truth(!(a == b));
    if (name == "+") return number(static_cast<Wide>(as_number(a)) + as_number(b));
    if (name == "-") return number(static_cast<Wide>(as_number(a)) - as_number(b));
    if (name == "*") return number(static_cast<Wide>(as_number(a)) * as_number(b));
    const int order = compare(a, b);
    if (name == "<") return truth(order < 0);
    if (name == "<=") return truth(order <= 0);
    if (name == ">") return truth(order > 0);
    return truth(order >= 0);
  }

  static int compare(const RuleValue& a, const RuleValue& b) {
    if (const auto* text = std::get_if<std::string>(&a.held)) return text->compare(as_text(b));
    const auto as_wide = [](const RuleValue& value) {
      const auto* flag = std::get_if<bool>(&value.held);
      return flag != nullptr ? std::int64_t{*flag} : as_number(value);
    };
    return as_wide(a) < as_wide(b) ? -1 : as_wide(a) > as_wide(b) ? 1 : 0;
  }

  Result chain(const Term& term) {
    const bool decides = term.text == "||";
    std::optional<Error> first;
    for (const Term& part : term.parts) {
      const Result one = value(part);
      if (!one && !first) first = one.error();
      if (one && as_truth(*one) == decides) return truth(decides);
    }
    return first ? wrong(*first) : truth(!decides);
  }

  Result call(const std::string& name, const RuleValues& parts) {
    if (name == "size") return size(parts[0]);
    std::vector<std::int64_t> given;
    for (const RuleValue& part : parts)
      given.push_back(as_number(part));
    if (name == "least") return number(*std::min_element(given.begin(), given.end()));
    if (name == "greatest") return number(*std::max_element(given.begin(), given.end()));
    if (name == "clamp") return number(std::max(given[1], std::min(given[0], given[2])));
    if (name == "days_between") return number(local_day(given[1]) - local_day(given[0]));
    if (name.starts_with("muldiv")) return muldiv(name, given);
    if (name == "hour") {
      const Wide local = local_ms(given[0]);
      return number((local - local_day(given[0]) * kDayMs) / 3'600'000);
    }
    return date_part(name, static_cast<std::int64_t>(local_day(given[0])));
  }

  static Result size(const RuleValue& of) {
    if (const auto* list = std::get_if<RuleValues>(&of.held))
      return number(static_cast<Wide>(list->size()));
    Wide count = 0;
    for (const char c : as_text(of))
      if (static_cast<unsigned char>(c) < 0x80 || static_cast<unsigned char>(c) >= 0xc0) ++count;
    return number(count);
  }

  static Result muldiv(const std::string& name, const std::vector<std::int64_t>& given) {
    if (given[0] < 0 || given[1] < 0 || given[2] < 1) return wrong(Error::Muldiv);
    const Wide product = static_cast<Wide>(given[0]) * given[1];
    const Wide quotient = product / given[2];
    const Wide rest = product - quotient * given[2];
    if (name == "muldiv_up") return number(rest == 0 ? quotient : quotient + 1);
    const Wide left = given[2] - rest;  // to the next whole one
    if (name == "muldiv_half") return number(rest >= left ? quotient + 1 : quotient);
    if (name == "muldiv") return number(quotient);
    if (rest == left) return number(quotient % 2 == 0 ? quotient : quotient + 1);
    return number(rest > left ? quotient + 1 : quotient);
  }

  static constexpr Wide kDayMs = 86'400'000;

  [[nodiscard]] Wide local_ms(std::int64_t t) const {
    std::int16_t minutes =
        world_.utc_offsets.empty() ? std::int16_t{0} : world_.utc_offsets.front().minutes;
    for (const UtcOffset& offset : world_.utc_offsets)
      if (static_cast<Wide>(t) >= static_cast<Wide>(offset.from.milliseconds()))
        minutes = offset.minutes;
    return static_cast<Wide>(t) + static_cast<Wide>(minutes) * 60'000;
  }
  [[nodiscard]] Wide local_day(std::int64_t t) const {
    const Wide local = local_ms(t);
    return local >= 0 ? local / kDayMs : -((kDayMs - 1 - local) / kDayMs);
  }

  /// The standard's calendar, in the 400 years after which dates repeat, weekdays too.
  static Result date_part(const std::string& name, std::int64_t day) {
    constexpr std::int64_t kCycle = 146'097;
    const std::chrono::sys_days within{
        std::chrono::days{static_cast<int>(((day % kCycle) + kCycle) % kCycle)}};
    if (name == "dow") return number(std::chrono::weekday(within).iso_encoding());
    const std::chrono::year_month_day date(within);
    return number(name == "dom" ? unsigned{date.day()} : unsigned{date.month()});
  }

  Result macro(const Term& term) {
    const Result list = value(term.parts[0]);
    if (!list) return list;
    std::optional<Error> first;
    Wide sum = 0;
    std::int64_t largest = 0;
    int matches = 0;
    int misses = 0;
    for (const RuleValue& item : as_list(*list)) {
      variables_.insert_or_assign(term.variable, Result(item));
      const Result holds = value(term.parts[1]);
      if (!holds) {
        if (!first) first = holds.error();
        continue;
      }
      ++(as_truth(*holds) ? matches : misses);
      if (term.parts.size() < 3 || !as_truth(*holds) || first) continue;
      const Result one = value(term.parts[2]);
      if (!one) {
        first = one.error();
        continue;
      }
      sum += as_number(*one);
      if (!number(sum) && term.text == "sum") first = Error::Overflow;
      largest = std::max(largest, as_number(*one));
    }
    if (term.text == "exists" && matches > 0) return truth(true);
    if (term.text == "all" && misses > 0) return truth(false);
    if (first) return wrong(*first);
    if (term.text == "exists") return truth(false);
    if (term.text == "all") return truth(true);
    if (term.text == "exists_one") return truth(matches == 1);
    return number(term.text == "sum" ? sum : largest);
  }

  [[nodiscard]] bool present(const std::string& name) const {
    if (name == "m.referrer") return world_.referrer.has_value();
    if (name == "m.last_activity_at") return world_.last_activity_at.has_value();
    return world_.counted[name == "c.days_since_air" ? 3 : 4].value.has_value();
  }

  static RuleValue texts(std::span<const std::string> items) {
    RuleValues all;
    for (const std::string& item : items)
      all.push_back({item});
    return {all};
  }

  [[nodiscard]] Result field(const std::string& name) const {
    const rules::Facts facts = world_.facts();
    if (name == "lines") {
      RuleValues all;
      for (const BasketLine& line : facts.tx.lines)
        all.push_back({line});
      return RuleValue{all};
    }
    if (name == "p.on") return truth(std::get<bool>(world_.params[1].value));
    if (name == "c.coffee_card_full") return truth(world_.counted[1].full);
    const std::map<std::string, RuleValue> values = {
        {"tx.event_time", {facts.tx.event_time}},
        {"tx.total", {facts.tx.total}},
        {"tx.eligible", {facts.tx.eligible}},
        {"tx.merchant", {std::string(facts.tx.merchant)}},
        {"tx.channel", {std::string(facts.tx.channel)}},
        {"tx.store", {std::string(facts.tx.store)}},
        {"tx.ref", {std::string(facts.tx.ref)}},
        {"tx.currency", {std::string(facts.tx.currency)}},
        {"tx.pay_methods", texts(facts.tx.pay_methods)},
        {"m.tier", {facts.m.tier}},
        {"m.tqp", {facts.m.tqp}},
        {"m.enrolled_at", {facts.m.enrolled_at}},
        {"m.segs", texts(facts.m.segs)},
        {"m.passes", texts(facts.m.passes)},
        {"base.points", {facts.base_points}},
        {"c.week_streak", {world_.counted[0].value.value_or(0)}},
        {"c.visits_30d", {world_.counted[2].value.value_or(0)}},
        {"p.days", {std::get<std::int64_t>(world_.params[0].value)}},
        {"p.shop", {std::get<std::string>(world_.params[2].value)}},
    };
    return values.at(name);
  }

  static Result line_field(const std::string& name, const RuleValue& of) {
    const auto& line = std::get<BasketLine>(of.held);
    if (name == "qty") return number(line.quantity);
    if (name == "net") return number(line.net.minor_units());
    if (name == "tax") return number(line.tax.minor_units());
    if (name == "cats") return texts(line.cats);
    return RuleValue{name == "sku" ? line.sku : line.brand};
  }

  const RuleWorld& world_;
  std::map<std::uint32_t, Result> variables_;
};

}  // namespace tally::test
