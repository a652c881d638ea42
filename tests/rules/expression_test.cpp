// What accepted expressions give (design/rule-language.md §2, §4, §6), and their canonical form.
#include <tally/rules/expression.h>

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/rule_world.h"

namespace tally::rules {
namespace {

using test::RuleWorld;

std::string value_of(std::string_view source, const RuleWorld& world = {}) {
  const auto tree = compile_expression(source, world.scope());
  if (!tree) return "refused: " + std::string(name_of(tree.error().front().reason));
  return test::evaluate_any(*tree, world.facts()).text;
}

void expect_values(const std::vector<std::pair<std::string, std::string>>& cases,
                   const RuleWorld& world = {}) {
  for (const auto& [source, value] : cases)
    EXPECT_EQ(value_of(source, world), value) << source;
}

constexpr const char* kOverflow = "9223372036854775807 + 1 > 0";
constexpr const char* kIndex = "[1][1] > 0";

TEST(Numbers, AreExactOrOverflow) {
  expect_values({
      {"2 + 3 * 4 - 5", "9"},
      {"10 - 4 - 3", "3"},
      {"-2 * -3", "6"},
      {"- 7", "-7"},
      {"--7", "7"},
      {"-0x10", "-16"},
      {"0xFFFFFFFF", "4294967295"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"- // the least one\n 9223372036854775808", "-9223372036854775808"},
      {"9223372036854775807 + 1", "OVERFLOW"},
      {"-9223372036854775808 - 1", "OVERFLOW"},
      {"-(-9223372036854775808)", "OVERFLOW"},
      {"3037000500 * 3037000500", "OVERFLOW"},
      {"1 < 2", "true"},
      {"2 >= 3", "false"},
      {"1 != 1", "false"},
      {"false < true", "true"},
      {"true <= false", "false"},
  });
}

TEST(Texts, CompareByCodePoint) {
  expect_values({
      {"\"a\" < \"b\"", "true"},
      {"\"abc\" < \"abcd\"", "true"},
      {"\"Z\" < \"a\"", "true"},
      {"\"\\uFFFD\" < \"\\U0001F431\"", "true"},  // not so in UTF-16
      {"\"a\\x00b\" == \"a\\x00c\"", "false"},
      {"r\"\\n\" == \"\\\\n\"", "true"},
      {"'''it's\n''' == \"it's\\n\"", "true"},
      {"\"\\101\\u0042\\U00000043\"", "\"ABC\""},
      {"size(\"πέντε\") == 5 && \"🐱\".size() == 1", "true"},
      {"tx.ref.startsWith(\"share:\")", "true"},
      {"tx.ref.startsWith(tx.store)", "false"},
      {"\"\".startsWith(\"\")", "true"},
  });
}

TEST(Lists, HoldIndexCompareAndMeasure) {
  expect_values({
      {"2 in [1, 2]", "true"},
      {"\"c\" in [\"a\", \"b\"]", "false"},
      {"true in [false]", "false"},
      {"\"staff\" in m.segs", "true"},
      {"tx.pay_methods == [\"card\", \"points\"]", "true"},
      {"[\"card\", \"points\"] != tx.pay_methods", "false"},
      {"m.segs == m.passes", "false"},
      {"[1, 2] == [1, 2, 3]", "false"},
      {"[1, 1 + 1,][1]", "2"},
      {"m.passes[0]", "\"founders-2026\""},
      {"m.passes[1] == \"\"", "INDEX"},
      {"[1][-1]", "INDEX"},
      {"lines[1].brand", "\"café\""},
      {"lines[3].net", "INDEX"},
      {"lines.size() + size(lines[0].cats)", "5"},
      {"(tx.total > 0 ? m.segs : m.passes)[1]", "\"vegan\""},
      {"1 in [1, 9223372036854775807 + 1]", "OVERFLOW"},
  });
}

TEST(Errors, AreAbsorbedByTheSideThatDecides) {
  const std::string overflow = kOverflow;
  const std::string index = kIndex;
  expect_values({
      {overflow + " || true", "true"},
      {"true || " + overflow, "true"},
      {overflow + " && false", "false"},
      {"false || " + overflow, "OVERFLOW"},
      {"true && " + overflow, "OVERFLOW"},
      {overflow + " && " + index + " && true", "OVERFLOW"},
      {index + " || " + overflow + " || false", "INDEX"},
      {"(" + index + " || false) && (" + overflow + " || true) && false", "false"},
      {"(" + overflow + ") ? true : true", "OVERFLOW"},
      {"true ? true : " + overflow, "true"},
      {"!(" + overflow + ")", "OVERFLOW"},
      {"(" + overflow + ") == (" + index + ")", "OVERFLOW"},
      {"least([1][1], 9223372036854775807 + 1)", "INDEX"},
      {"muldiv(9223372036854775807 + 1, [1][1], p.days - 91)", "OVERFLOW"},
  });
}

TEST(Errors, OfElementsAreAbsorbedByExistsAndAllAlone) {
  // The element 1 has an error; which of the others decides?
  const std::string bad = "[0, 1, 2].exists(x, x == 1 ? [1][1] > 0 : x == ";
  const std::string every = "[0, 1, 2].all(x, x == 1 ? [1][1] > 0 : x != ";
  expect_values({
      {bad + "2)", "true"},
      {bad + "0)", "true"},
      {bad + "7)", "INDEX"},
      {every + "2)", "false"},
      {every + "7)", "INDEX"},
      {"[0, 1, 2].exists_one(x, x == 1 ? [1][1] > 0 : x == 2)", "INDEX"},
      {"[0, 1, 2].exists_one(x, x == 2)", "true"},
      {"[2, 1, 2].exists_one(x, x == 2)", "false"},
      {"[0, 1].exists(x, x == 0 ? [1][1] > 0 : 9223372036854775807 + x > 0)", "INDEX"},
      {"[0, 1].exists(x, [1][5] > x) || true", "true"},
      {"[0, 1].sum(x, true, x == 1 ? [1][1] : 0)", "INDEX"},
      {"[0, 1].sum(x, x != 1, x == 1 ? [1][1] : 4)", "4"},
      {"[1, 2].max(x, [1][x] > 0, x)", "INDEX"},
  });
}

TEST(Macros, FoldOverLists) {
  expect_values({
      {"lines.exists(l, \"dairy\" in l.cats)", "true"},
      {"lines.all(l, l.qty > 1)", "false"},
      {"lines.exists_one(l, l.brand == \"café\")", "true"},
      {"lines.sum(l, l.brand == \"own\", l.net * l.qty)", "3650"},
      {"lines.sum(l, false, l.net)", "0"},
      {"lines.max(l, true, l.net)", "1050"},
      {"[-5, -3].max(x, true, x)", "0"},
      {"[9223372036854775807, 1].sum(x, true, x)", "OVERFLOW"},
      {"[9223372036854775807, 1, -5].sum(x, true, x)", "OVERFLOW"},
      {"m.segs.exists(s, s.startsWith(\"veg\"))", "true"},
      {"[true, false].all(b, b)", "false"},
  });
  RuleWorld empty;
  empty.lines.clear();
  expect_values({{"lines.exists(l, true)", "false"},
                 {"lines.all(l, false)", "true"},
                 {"lines.exists_one(l, true)", "false"},
                 {"lines.max(l, true, 1)", "0"}},
                empty);
}

TEST(Macros, MakeTheirListsAnewForEachElement) {
  RuleWorld full;
  full.lines.assign(100, test::a_line("own", {}, 2, 100));

  expect_values(
      {{"lines.all(l, 4 in [l.qty, l.net, l.tax, 3, 4])", "true"},
       {"lines.sum(l, true, cel.bind(x, [l.qty, 1, 2, 3], x[0]))", "200"},
       {"cel.bind(x, [7, 8], lines.all(l, [l.qty, 1, 2, 3][0] == 2 && x == [7, 8]))", "true"}},
      full);
}

TEST(Variables, ShadowAndStandForTheirValue) {
  expect_values({
      {"cel.bind(x, 2, x * x)", "4"},
      {"cel.bind(x, 1, cel.bind(x, x + 1, x * 10))", "20"},
      {"cel.bind(m, 7, m + 1)", "8"},
      {"[1, 2].exists(tx, tx == 2)", "true"},
      {"[3].exists(x, cel.bind(x, x + 1, x == 4) && x == 3)", "true"},
      {"cel.bind(own, lines[2], own.net + own.qty)", "1053"},
      {"cel.bind(l, [\"a\", tx.store], \"store-1\" in l)", "true"},
      {"cel.bind(all, lines, all.sum(l, true, l.qty))", "6"},
      {"lines.sum(l, true, cel.bind(two, [l.qty, l.net], two[0] + two[1]))", "1706"},
      // As in CEL, what is bound fails where it is used, not where it stands.
      {"cel.bind(x, [1][1], true)", "true"},
      {"cel.bind(x, [1][1], x > 0 || true)", "true"},
      {"cel.bind(x, [1][1], x > 0)", "INDEX"},
      {"cel.bind(x, [[1][1]], size(x))", "INDEX"},
      {"cel.bind(x, lines[9], x.net)", "INDEX"},
      {"cel.bind(x, m.segs[9], x)", "INDEX"},
  });
}

TEST(Functions, ChooseAndClamp) {
  expect_values({
      {"least(3, 1, 2)", "1"},
      {"greatest(3, 9, -2, 4, 5, 6, 7, 8)", "9"},
      {"clamp(5, 0, 3)", "3"},
      {"clamp(-5, 0, 3)", "0"},
      {"clamp(2, 0, 3)", "2"},
      {"clamp(2, 5, 3)", "5"},  // greatest(low, least(x, high))
  });
}

TEST(Functions, MuldivRoundsAsNamed) {
  expect_values({
      {"muldiv(7, 1, 2)", "3"},
      {"muldiv_up(7, 1, 2)", "4"},
      {"muldiv_up(8, 1, 2)", "4"},
      {"muldiv_half(7, 1, 2)", "4"},
      {"muldiv_half(5, 1, 3)", "2"},
      {"muldiv_half(4, 1, 3)", "1"},
      {"muldiv_even(7, 1, 2)", "4"},
      {"muldiv_even(5, 1, 2)", "2"},
      {"muldiv_even(11, 1, 4)", "3"},
      {"muldiv(0, 0, 1)", "0"},
      {"muldiv(-1, 1, 1)", "MULDIV"},
      {"muldiv(1, -1, 1)", "MULDIV"},
      {"muldiv(1, 1, tx.points_value)", "MULDIV"},
      {"muldiv(1, 1, tx.points_value - 1)", "MULDIV"},
  });
}

// design/bad-inputs.md
TEST(Functions, Rul15ADivisorThatIsZeroDuringEvaluationIsAnError) {
  expect_values({{"muldiv(tx.total, 1, m.tier - 2)", "MULDIV"},
                 {"m.tier > 2 && muldiv(tx.total, 1, m.tier - 2) > 0", "false"}});
}

TEST(Functions, Rul17AProductThatPasses64BitsOnTheWayIsExact) {
  expect_values({
      {"muldiv(9223372036854775807, 9223372036854775807, 9223372036854775807)",
       "9223372036854775807"},
      {"muldiv(9223372036854775806, 3, 9)", "3074457345618258602"},
      {"muldiv_up(9223372036854775807, 2, 3)", "6148914691236517205"},
      {"muldiv_even(9223372036854775807, 5, 10)", "4611686018427387904"},
      {"muldiv(9223372036854775807, 2, 1)", "OVERFLOW"},
      {"muldiv_up(9223372036854775807, 9223372036854775807, 9223372036854775806)", "OVERFLOW"},
  });
}

TEST(Time, IsLocalByTheProgrammesTable) {
  const auto at = [](std::int64_t t, std::string_view source) {
    RuleWorld world;
    world.event_time = t;
    return value_of(source, world);
  };
  // 2026-02-01 17:30 +01:00, a Sunday.
  EXPECT_EQ(at(1'769'963'400'000, "hour(tx.event_time)"), "17");
  EXPECT_EQ(at(1'769'963'400'000, "dow(tx.event_time)"), "7");
  EXPECT_EQ(at(1'769'963'400'000, "dom(tx.event_time)"), "1");
  EXPECT_EQ(at(1'769'963'400'000, "month(tx.event_time)"), "2");
  // The clocks go forward at 2026-03-29 01:00 UTC: 01:59:59.999 local, then 03:00.
  EXPECT_EQ(at(1'774'745'999'999, "hour(tx.event_time)"), "1");
  EXPECT_EQ(at(1'774'746'000'000, "hour(tx.event_time)"), "3");
  // Monday begins at local midnight, 22:00 UTC of Sunday.
  EXPECT_EQ(at(1'774'821'599'999, "dow(tx.event_time)"), "7");
  EXPECT_EQ(at(1'774'821'600'000, "dow(tx.event_time)"), "1");
  EXPECT_EQ(at(1'774'821'600'000, "dom(tx.event_time)"), "30");
}

TEST(Time, HoldsForEveryInt) {
  expect_values({
      {"hour(-1)", "0"},  // 1970-01-01 00:59 +01:00
      {"dow(-3600001)", "3"},
      {"dom(-3600001)", "31"},
      {"month(-3600001)", "12"},
      {"hour(-9223372036854775808) >= 0", "true"},
      {"month(9223372036854775807)", "8"},
      {"dow(9223372036854775807) in [1, 2, 3, 4, 5, 6, 7]", "true"},
      {"days_between(0, 86399999 - 3600000)", "0"},
      {"days_between(0, 86400000 - 3600000)", "1"},
      {"days_between(86400000, 0)", "-1"},
      {"days_between(-9223372036854775808, 9223372036854775807)", "213503982335"},
  });
  RuleWorld utc;
  utc.utc_offsets.clear();
  EXPECT_EQ(value_of("hour(tx.event_time)", utc), "16");
}

TEST(Facts, EachNameReadsItsOwn) {
  expect_values({
      {"tx.event_time", "1769963400000"},
      {"tx.merchant", "\"grocer\""},
      {"tx.channel", "\"till\""},
      {"tx.store", "\"store-1\""},
      {"tx.currency", "\"EUR\""},
      {"tx.total", "1870"},
      {"tx.eligible", "1700"},
      {"tx.points_value", "0"},
      {"tx.pay_methods[1]", "\"points\""},
      {"tx.ref", "\"share:a1\""},
      {"lines[0].sku", "\"sku-own\""},
      {"lines[0].brand", "\"own\""},
      {"lines[0].cats[1]", "\"milk\""},
      {"lines[0].qty", "2"},
      {"lines[0].net", "250"},
      {"lines[0].tax", "25"},
      {"m.tier", "2"},
      {"m.tqp", "5100"},
      {"m.enrolled_at", "1700000000000"},
      {"has(m.last_activity_at) ? m.last_activity_at : 0", "1762000000000"},
      {"m.purchases_total", "12"},
      {"m.activations_total", "11"},
      {"m.segs[0]", "\"staff\""},
      {"m.passes[0]", "\"founders-2026\""},
      {"has(m.referrer)", "false"},
      {"base.points", "17"},
      {"c.week_streak", "4"},
      {"c.coffee_card", "0"},
      {"c.coffee_card_full", "true"},
      {"c.visits_30d", "9"},
      {"has(c.days_since_air) ? c.days_since_air : -1", "5"},
      {"has(c.days_since_tram) ? c.days_since_tram : -1", "-1"},
      {"p.days", "90"},
      {"p.on", "true"},
      {"p.shop == tx.store", "true"},
  });
  RuleWorld referred;
  referred.referrer = "00112233445566778899aabbccddeeff";
  EXPECT_EQ(value_of("has(m.referrer) ? m.referrer : \"\"", referred),
            "\"00112233445566778899aabbccddeeff\"");
  const RuleWorld world;
  const auto before =
      compile_expression("m.tier_before", world.scope(Site::TierUp), ValueType::Int);
  EXPECT_EQ(evaluate_int(before.value(), world.facts()).value, 1);
}

crypto::Hash id_of(std::string_view source) {
  const RuleWorld world;
  return rule_id(compile_expression(source, world.scope()).value());
}

TEST(CanonicalForm, Rul42LayoutAndNamesOfVariablesDoNotMatter) {
  const crypto::Hash id =
      id_of("lines.exists(l, l.brand == \"own\" && l.qty >= -2) && m.tier == 2 && p.on");

  EXPECT_EQ(id, id_of("lines . exists( line ,\n line.brand=='own' // ours\n&&line.qty>=- 2)&&"
                      "((m.tier == 2) && p . on)"));
  EXPECT_EQ(id, id_of("(lines.exists(m, m.brand == r\"own\" && (m.qty >= -0x2)) && m.tier == 2) "
                      "&& p.on"));
  EXPECT_NE(id, id_of("lines.exists(l, l.brand == \"own\" && l.qty >= -2) && p.on && m.tier == 2"));
  EXPECT_NE(id, id_of("lines.exists(l, l.brand == \"own\" && l.qty >= -3) && m.tier == 2 && p.on"));
}

TEST(CanonicalForm, MethodsAndFunctionsOfOneMeaningAreOne) {
  EXPECT_EQ(id_of("size(m.segs)"), id_of("m.segs.size()"));
}

TEST(CanonicalForm, DecodesToTheSameTree) {
  const RuleWorld world;
  for (const char* source :
       {"1", "tx.ref == \"a\\n\" || tx.store in [\"a\\n\", \"b\"]",
        "lines.sum(l, cel.bind(x, l.cats, \"a\" in x), l.net) > 3 ? p.on : has(m.referrer)"}) {
    const Expression tree = compile_expression(source, world.scope()).value();
    codec::Writer out;
    encode(out, tree);
    codec::Reader in(out.view());
    Expression again;
    decode(in, again);

    ASSERT_TRUE(in.finish("rule").ok()) << source;
    EXPECT_EQ(again, tree) << source;
  }
}

TEST(CanonicalForm, Rul43OfAnUnknownVersionOfTheLanguageIsRefused) {
  const RuleWorld world;
  codec::Writer out;
  encode(out, compile_expression("tx.total", world.scope()).value());
  Bytes bytes = std::move(out).take();
  ASSERT_EQ(bytes.front(), 1);
  bytes.front() = 2;
  codec::Reader in(bytes);
  Expression tree;
  decode(in, tree);

  EXPECT_FALSE(in.finish("rule").ok());
}

TEST(Meter, Rul29StopsWhatPassesItsProvedCost) {
  const RuleWorld world;
  for (const char* source : {"tx.total > 1", "lines.exists(l, l.net < 0)",
                             "lines.all(l, l.net > 0) || true", "tx.total > 1 || p.on"}) {
    Expression tree = compile_expression(source, world.scope()).value();
    tree.cost = 1;  // no publication proves so little

    EXPECT_EQ(test::evaluate_any(tree, world.facts()).text, "RULE_COST") << source;
  }
}

TEST(Meter, StopsALoopAtOnce) {
  RuleWorld world;
  world.lines.assign(100, test::a_line("own", {}, 1, 100));
  Expression tree = compile_expression("lines.all(l, l.net > 0)", world.scope()).value();
  tree.cost = 20;

  const test::Answer answer = test::evaluate_any(tree, world.facts());

  EXPECT_EQ(answer.text, "RULE_COST");
  EXPECT_LT(answer.cost, 30U);
}

}  // namespace
}  // namespace tally::rules
