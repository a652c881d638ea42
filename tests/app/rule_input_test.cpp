// Facts as people write them, for trying a rule.
#include "app/rule_input.h"

#include <gmock/gmock.h>

namespace tally::app {
namespace {

using rules::Site;
using testing::HasSubstr;

OrFaults<RuleInput> read(const std::string& text) {
  return rule_input_from(text, "facts.json");
}

std::int64_t value_of(const RuleInput& input, std::string_view source, Site site = Site::Purchase) {
  const auto tree = rules::compile_expression(source, input.scope(site), ValueType::Int);
  EXPECT_TRUE(tree) << source;
  return tree ? rules::evaluate_int(*tree, input.facts()).value : -1;
}

void expect_refused(const std::string& text, const std::string& where, const std::string& got) {
  const auto input = read(text);

  ASSERT_FALSE(input) << text;
  EXPECT_EQ(input.error().front().kind.number, "CLI-014");
  EXPECT_THAT(input.error().front().where, HasSubstr(where));
  EXPECT_THAT(input.error().front().got, HasSubstr(got));
}

TEST(RuleInput, ReadsEachNameOfARule) {
  const auto input = read(R"({
    "tx": {"event_time": 1000, "merchant": "grocer", "channel": "till", "store": "s", "ref": "r1",
           "currency": "EUR", "total": 9, "eligible": 8, "points_value": 1,
           "pay_methods": ["card"]},
    "lines": [{"sku": "a", "brand": "own", "cats": ["x", "y"], "qty": 2, "net": 7, "tax": 1}],
    "m": {"tier": 1, "tqp": 2, "enrolled_at": 3, "last_activity_at": 4, "purchases_total": 5,
          "activations_total": 6, "segs": ["staff"], "passes": ["p"], "referrer": "00ff",
          "tier_before": 7},
    "base": {"points": 17},
    "c": {"week_streak": 4, "card": 3, "card_full": true, "days_since_air": 5, "gone": null},
    "p": {"days": 90, "on": true, "shop": "s"},
    "offsets": [{"from": 0, "minutes": 60}]})");

  ASSERT_TRUE(input);
  EXPECT_EQ(value_of(*input, "tx.event_time + tx.total + tx.eligible + tx.points_value"), 1'018);
  EXPECT_EQ(value_of(*input, R"(tx.merchant == "grocer" && tx.channel == "till" && tx.ref == "r1"
      && tx.store == p.shop && tx.currency == "EUR" && "card" in tx.pay_methods ? 1 : 0)"),
            1);
  EXPECT_EQ(value_of(*input, "lines[0].qty + lines[0].net + lines[0].tax + size(lines[0].cats)"),
            12);
  EXPECT_EQ(value_of(*input, R"(lines[0].sku == "a" && lines[0].brand == "own" ? 1 : 0)"), 1);
  EXPECT_EQ(value_of(*input, "m.tier + m.tqp + m.enrolled_at + m.purchases_total"), 11);
  EXPECT_EQ(value_of(*input, "has(m.last_activity_at) ? m.last_activity_at : 0"), 4);
  EXPECT_EQ(value_of(*input, R"(has(m.referrer) && m.referrer == "00ff" ? 1 : 0)"), 1);
  EXPECT_EQ(value_of(*input, R"("staff" in m.segs && "p" in m.passes ? 1 : 0)"), 1);
  EXPECT_EQ(value_of(*input, "m.tier_before", Site::TierUp), 7);
  EXPECT_EQ(value_of(*input, "base.points"), 17);
  EXPECT_EQ(value_of(*input, "c.week_streak + (c.card_full ? c.card : 0)"), 7);
  EXPECT_EQ(value_of(*input, "has(c.days_since_air) ? c.days_since_air : 0"), 5);
  EXPECT_EQ(value_of(*input, "has(c.gone) ? 1 : 0"), 0);
  EXPECT_EQ(value_of(*input, "p.on ? p.days : 0"), 90);
  EXPECT_EQ(value_of(*input, "hour(0)"), 1);
}

TEST(RuleInput, WhatIsLeftOutIsZeroEmptyOrAbsent) {
  const auto input = read("{}");

  ASSERT_TRUE(input);
  EXPECT_EQ(value_of(*input, "tx.total + size(lines) + m.tier + size(m.segs) + base.points"), 0);
  EXPECT_EQ(value_of(*input, "has(m.last_activity_at) || has(m.referrer) ? 1 : 0"), 0);
}

TEST(RuleInput, RefusesWhatNoFactCanBe) {
  expect_refused("{", "facts.json", "parse error");
  expect_refused("[]", "facts.json", "array");
  expect_refused(R"({"ty": {}})", "facts.json: ty", "unknown field");
  expect_refused(R"({"tx": {"totl": 1}})", "tx.totl", "unknown field");
  expect_refused(R"({"tx": {"total": 1.5}})", "tx.total", "1.5");
  expect_refused(R"({"tx": {"total": "1"}})", "tx.total", "string");
  expect_refused(R"({"tx": {"total": 9223372036854775808}})", "tx.total", "9223372036854775808");
  expect_refused(R"({"tx": {"currency": "EURO"}})", "tx.currency", "4 bytes");
  expect_refused(R"({"tx": {"pay_methods": "card"}})", "tx.pay_methods", "string");
  expect_refused(R"({"lines": [{}, {"net": -1}]})", "lines[1].net", "-1");
  expect_refused(R"({"m": {"segs": [1]}})", "m.segs", "number");
  expect_refused(R"({"c": {"streak": true}})", "c.streak", "boolean");
  expect_refused(R"({"p": {"list": []}})", "p.list", "array");
  expect_refused(R"({"offsets": [{"from": 5}, {"from": 5}]})", "offsets[1].from", "5");
  expect_refused(R"({"offsets": [{"from": 5, "minutes": 1441}]})", "offsets[0].minutes", "1441");
}

// A longer fact would cost more than was proved.
TEST(RuleInput, HoldsFactsToTheirGreatestLengths) {
  std::string lines;
  for (int i = 0; i < 101; ++i)
    lines += i == 0 ? "{}" : ",{}";

  expect_refused("{\"lines\": [" + lines + "]}", "lines", "101 entries");
  expect_refused(R"({"tx": {"ref": ")" + std::string(65, 'r') + "\"}}", "tx.ref", "65 bytes");
}

}  // namespace
}  // namespace tally::app
