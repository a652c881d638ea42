// One of each name that a rule can see, with values: what tests of the language evaluate over.
#pragma once

#include <tally/rules/expression.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tally::test {

[[nodiscard]] inline BasketLine a_line(std::string brand, std::vector<std::string> cats,
                                       std::int64_t quantity, std::int64_t net) {
  BasketLine line;
  line.sku = "sku-" + brand;
  line.brand = std::move(brand);
  line.cats = std::move(cats);
  line.quantity = quantity;
  line.net = *Money::from(net);
  line.tax = *Money::from(net / 10);
  return line;
}

[[nodiscard]] inline Counter a_counter(std::string name, CounterKind kind) {
  Counter counter;
  counter.name = std::move(name);
  counter.kind = kind;
  return counter;
}

/// Owns what Scope and Facts borrow; change a member, then ask again.
struct RuleWorld {
  std::vector<Counter> counters = {a_counter("week_streak", CounterKind::Streak),
                                   a_counter("coffee_card", CounterKind::Stamps),
                                   a_counter("visits_30d", CounterKind::Visits),
                                   a_counter("days_since_air", CounterKind::DaysSince),
                                   a_counter("days_since_tram", CounterKind::DaysSince)};
  std::vector<rules::CounterFact> counted = {
      {4, false}, {0, true}, {9, false}, {5, false}, {std::nullopt, false}};
  std::vector<Parameter> params = {
      {"days", std::int64_t{90}}, {"on", true}, {"shop", std::string("store-1")}};
  std::vector<BasketLine> lines = {a_line("own", {"dairy", "milk"}, 2, 250),
                                   a_line("café", {"coffee"}, 1, 400), a_line("own", {}, 3, 1'050)};
  std::vector<std::string> pay_methods = {"card", "points"};
  std::vector<std::string> segs = {"staff", "vegan"};
  std::vector<std::string> passes = {"founders-2026"};
  /// Civil time of Berlin in 2026, as in the design's example.
  std::vector<UtcOffset> utc_offsets = {{Timestamp(1'761'440'400'000), 60},
                                        {Timestamp(1'774'746'000'000), 120},
                                        {Timestamp(1'792'890'000'000), 60}};
  std::int64_t event_time = 1'769'963'400'000;  ///< Sunday 2026-02-01, 17:30 in Berlin
  std::int64_t total = 1'870;
  std::int64_t eligible = 1'700;
  std::int64_t base_points = 17;
  std::optional<std::int64_t> last_activity_at = 1'762'000'000'000;
  std::optional<std::string> referrer;

  [[nodiscard]] rules::Scope scope(rules::Site site = rules::Site::Purchase) const {
    rules::Scope scope;
    scope.site = site;
    scope.lines = true;
    scope.counters = counters;
    scope.params = params;
    return scope;
  }

  [[nodiscard]] rules::Facts facts() const {
    rules::Facts facts;
    facts.tx = {event_time, "grocer", "till",      "store-1",  "EUR", total,
                eligible,   0,        pay_methods, "share:a1", lines};
    facts.m.tier = 2;
    facts.m.tqp = 5'100;
    facts.m.enrolled_at = 1'700'000'000'000;
    facts.m.last_activity_at = last_activity_at;
    facts.m.purchases_total = 12;
    facts.m.activations_total = 11;
    facts.m.segs = segs;
    facts.m.passes = passes;
    if (referrer) facts.m.referrer = *referrer;
    facts.m.tier_before = 1;
    facts.base_points = base_points;
    facts.counters = counted;
    facts.params = params;
    facts.utc_offsets = utc_offsets;
    return facts;
  }
};

/// What an expression of any type gave.
struct Answer {
  std::string text;  ///< "true", "-3", "\"grocer\"", or an error: "OVERFLOW"
  std::uint32_t cost = 0;
  friend bool operator==(const Answer&, const Answer&) = default;
};

[[nodiscard]] inline Answer evaluate_any(const Expression& tree, const rules::Facts& facts) {
  const auto told = [](const auto& given, std::string text) {
    return Answer{given.error ? std::string(name_of(*given.error)) : std::move(text), given.cost};
  };
  if (tree.type == ValueType::Bool) {
    const auto given = rules::evaluate_bool(tree, facts);
    return told(given, given.value ? "true" : "false");
  }
  if (tree.type == ValueType::Int) {
    const auto given = rules::evaluate_int(tree, facts);
    return told(given, std::to_string(given.value));
  }
  const auto given = rules::evaluate_string(tree, facts);
  return told(given, '"' + std::string(given.value) + '"');
}

}  // namespace tally::test
