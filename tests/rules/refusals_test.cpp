// What is refused at publication: with which reason, where, and what to write instead
// (design/rule-language.md §5, §7; the RUL rows of design/bad-inputs.md).
#include <tally/base/limits.h>
#include <tally/rules/expression.h>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/rule_world.h"

namespace tally::rules {
namespace {

using test::RuleWorld;

struct Refusal {
  std::string source;
  Reason reason;
  std::uint32_t line;
  std::uint32_t column;
};

Mistakes mistakes_of(std::string_view source, Site site = Site::Purchase) {
  const RuleWorld world;
  const auto tree = compile_expression(source, world.scope(site));
  return tree ? Mistakes{} : tree.error();
}

void expect_refusals(const std::vector<Refusal>& refusals) {
  for (const Refusal& refusal : refusals) {
    SCOPED_TRACE(refusal.source);
    const Mistakes mistakes = mistakes_of(refusal.source);
    ASSERT_FALSE(mistakes.empty()) << "it was accepted";
    EXPECT_EQ(name_of(mistakes.front().reason), name_of(refusal.reason));
    EXPECT_EQ(mistakes.front().line, refusal.line);
    EXPECT_EQ(mistakes.front().column, refusal.column);
  }
}

void expect_reason(std::string_view source, Reason reason) {
  SCOPED_TRACE(source.substr(0, 80));
  const Mistakes mistakes = mistakes_of(source);
  ASSERT_FALSE(mistakes.empty()) << "it was accepted";
  EXPECT_EQ(name_of(mistakes.front().reason), name_of(reason));
}

void expect_accepted(std::string_view source) {
  const Mistakes mistakes = mistakes_of(source);
  EXPECT_TRUE(mistakes.empty()) << source.substr(0, 80) << ": " << name_of(mistakes.front().reason);
}

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i)
    text += piece;
  return text;
}

TEST(Removed, EachRowOfTheTableHasItsReasonAndItsPlace) {
  expect_refusals({
      {"tx.total * 1.5", Reason::NoDouble, 1, 12},
      {"tx.total / 2", Reason::NoDivision, 1, 10},
      {"tx.total % 2", Reason::NoDivision, 1, 10},
      {"7u", Reason::NoUint, 1, 1},
      {"b\"a\"", Reason::NoBytes, 1, 1},
      {"{\"a\": 1}", Reason::NoMap, 1, 1},
      {"T{}", Reason::NoMessage, 1, 2},
      {"m.tier == null", Reason::NoNull, 1, 11},
      {"dyn(1)", Reason::NoDyn, 1, 1},
      {"type(1)", Reason::NoType, 1, 1},
      {"int(\"3\")", Reason::NoConversion, 1, 1},
      {"timestamp(0)", Reason::NoTimestamp, 1, 1},
      {"tx.event_time.getHours()", Reason::NoTimestamp, 1, 15},
      {"tx.ref.matches(\"a\")", Reason::NoStringFunction, 1, 8},
      {"tx.ref.contains(\"a\")", Reason::NoStringFunction, 1, 8},
      {"\"a\" + \"b\"", Reason::NoConcatenation, 1, 5},
      {"[1] + [2]", Reason::NoConcatenation, 1, 5},
      {"lines.map(l, l.net)", Reason::NoListBuilding, 1, 7},
      {"lines.filter(l, l.net > 0)", Reason::NoListBuilding, 1, 7},
      {"[1].exists(i, v, v > 0)", Reason::NoTwoVariableMacro, 1, 5},
      {"[1].existsOne(i, v, v > 0)", Reason::NoTwoVariableMacro, 1, 5},
      {"lines.exists(l, l.cats.exists(k, true))", Reason::NoNestedMacro, 1, 24},
      {".tx", Reason::NoNamespace, 1, 1},
      {"tx.`total`", Reason::NoQuotedField, 1, 4},
      {"tx.?total", Reason::NoOptional, 1, 4},
      {"[1][?0]", Reason::NoOptional, 1, 5},
      {"m.purchases", Reason::UnknownName, 1, 3},
  });
}

TEST(Removed, SaysWhatToWriteInstead) {
  const Mistake mistake = mistakes_of("tx.total / 2").front();

  EXPECT_EQ(mistake.got, "\"/\"");
  EXPECT_EQ(mistake.expected, "muldiv, muldiv_up, muldiv_half or muldiv_even");
  EXPECT_EQ(mistake.fix, "write muldiv(a, n, d)");
}

TEST(Removed, AllOfThemAreToldInTheOrderOfTheirPlaces) {
  const Mistakes mistakes = mistakes_of("m.purchases > 1.5 && tx.ref.matches(\"a\") || 7u == 8");

  ASSERT_EQ(mistakes.size(), 4U);
  EXPECT_EQ(mistakes[0].reason, Reason::UnknownName);
  EXPECT_EQ(mistakes[1].reason, Reason::NoDouble);
  EXPECT_EQ(mistakes[2].reason, Reason::NoStringFunction);
  EXPECT_EQ(mistakes[3].reason, Reason::NoUint);
}

TEST(Places, CountCodePointsAndLines) {
  expect_refusals({
      {"\"πέντε 🐱\" == 1.5", Reason::NoDouble, 1, 14},
      {"true\n  && tx.total\n  / 2 > 0", Reason::NoDivision, 3, 3},
      {"// a comment: ä\n 1.5", Reason::NoDouble, 2, 2},
  });
}

TEST(Types, AreToldWhereTheyDoNotFit) {
  expect_refusals({
      {"1 + true", Reason::Type, 1, 5},
      {"true && 1", Reason::Type, 1, 9},
      {"!1", Reason::Type, 1, 2},
      {"-true", Reason::Type, 1, 2},
      {"1 == \"1\"", Reason::Type, 1, 3},
      {"[1] < [2]", Reason::Type, 1, 5},
      {"lines == lines", Reason::Type, 1, 7},
      {"1 in [\"a\"]", Reason::Type, 1, 3},
      {"[1, \"a\"] == [1]", Reason::Type, 1, 5},
      {"[] == [1]", Reason::Type, 1, 1},
      {"[[1]] == [[1]]", Reason::Type, 1, 2},
      {"true ? 1 : \"a\"", Reason::Type, 1, 12},
      {"1 ? 2 : 3", Reason::Type, 1, 1},
      {"tx.total.x", Reason::Type, 1, 10},
      {"tx == tx", Reason::Type, 1, 4},
      {"cel.bind(t, tx, t.total)", Reason::Type, 1, 13},
      {"tx.total[0]", Reason::Type, 1, 4},
      {"lines[true].net", Reason::Type, 1, 7},
      {"size(1)", Reason::Type, 1, 6},
      {"size()", Reason::Type, 1, 1},
      {"least(1)", Reason::Type, 1, 1},
      {"least(1, 2, 3, 4, 5, 6, 7, 8, 9)", Reason::Type, 1, 1},
      {"muldiv(1, 2)", Reason::Type, 1, 1},
      {"tx.total.exists(x, true)", Reason::Type, 1, 4},
      {"lines.exists(l, l.net)", Reason::Type, 1, 19},
      {"lines.sum(l, true, l.sku)", Reason::Type, 1, 22},
      {"lines.sum(l, true)", Reason::Type, 1, 7},
      {"has(tx.total)", Reason::Type, 1, 8},
      {"lines[0]", Reason::Type, 1, 6},
      {"m.segs", Reason::Type, 1, 3},
  });
}

TEST(Types, AnExpressionGivesTheTypeThatIsAskedOfIt) {
  const RuleWorld world;

  const auto tree = compile_expression("tx.total", world.scope(), ValueType::Bool);

  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().front().reason, Reason::Type);
  EXPECT_EQ(tree.error().front().got, "int");
  EXPECT_EQ(tree.error().front().expected, "bool");
}

TEST(Types, AnExpressionHasTheTypeThatItHasWhereNoneIsAsked) {
  const RuleWorld world;

  EXPECT_EQ(compile_expression("tx.total > 1", world.scope()).value().type, ValueType::Bool);
  EXPECT_EQ(compile_expression("tx.total", world.scope()).value().type, ValueType::Int);
  EXPECT_EQ(compile_expression("tx.ref", world.scope()).value().type, ValueType::String);
  EXPECT_EQ(mistakes_of("m.segs").front().got, "list(string)");
  EXPECT_EQ(mistakes_of("m.segs").front().expected, "bool, int or string");
}

TEST(Guards, AFieldThatMayBeAbsentIsReadOnlyBehindItsHas) {
  for (const char* source : {
           "has(m.referrer) && m.referrer == \"x\"",
           "has(m.referrer) && (true && (m.referrer == \"x\" || tx.total > 1))",
           "(has(m.referrer) && tx.total > 1) && m.referrer == \"x\"",
           "has(m.last_activity_at) ? m.last_activity_at : 0",
           "tx.total > 1 && has(c.days_since_air) ? c.days_since_air : 0",
           "has(m.referrer) && lines.exists(l, l.sku == m.referrer)",
           "cel.bind(x, 1, has(c.days_since_air) && c.days_since_air > x)",
       })
    expect_accepted(source);
  expect_refusals({
      {"m.referrer == \"x\"", Reason::Unguarded, 1, 3},
      {"m.referrer == \"x\" && has(m.referrer)", Reason::Unguarded, 1, 3},
      {"has(m.referrer) || m.referrer == \"x\"", Reason::Unguarded, 1, 22},
      {"!has(m.referrer) || m.referrer == \"x\"", Reason::Unguarded, 1, 23},
      {"has(m.referrer) && m.last_activity_at > 0", Reason::Unguarded, 1, 22},
      {"has(m.referrer) ? 0 : m.last_activity_at", Reason::Unguarded, 1, 25},
      {"has(m.last_activity_at) ? 0 : m.last_activity_at", Reason::Unguarded, 1, 33},
      {"(has(m.last_activity_at) || true) ? m.last_activity_at : 0", Reason::Unguarded, 1, 39},
      {"has(c.days_since_air) && c.days_since_tram > 0", Reason::Unguarded, 1, 28},
      {"(has(m.referrer) && true) == true && m.referrer == \"\"", Reason::Unguarded, 1, 40},
  });
}

TEST(Sites, EachSeesItsNames) {
  const auto refused = [](std::string_view source, Site site) {
    const Mistakes mistakes = mistakes_of(source, site);
    return mistakes.empty() ? std::string() : std::string(name_of(mistakes.front().reason));
  };
  const std::string unknown = "UNKNOWN_NAME";

  for (const Site site : {Site::Base, Site::Purchase, Site::Activated}) {
    EXPECT_EQ(refused("tx.total > 0 && lines.size() > 0 && m.tier > 0", site), "");
    EXPECT_EQ(refused("m.tier_before", site), unknown);
  }
  for (const Site site : {Site::Enrol, Site::Attested}) {
    EXPECT_EQ(refused("tx.event_time > 0 && tx.ref == \"\" && c.week_streak > p.days", site), "");
    EXPECT_EQ(refused("tx.total", site), unknown);
    EXPECT_EQ(refused("tx.eligible", site), unknown);
    EXPECT_EQ(refused("tx.points_value", site), unknown);
    EXPECT_EQ(refused("lines.size()", site), unknown);
  }
  EXPECT_EQ(refused("base.points", Site::Purchase), "");
  for (const Site site : {Site::Base, Site::Activated, Site::Enrol, Site::Attested, Site::TierUp})
    EXPECT_EQ(refused("base.points", site), unknown);
  EXPECT_EQ(refused("c.week_streak", Site::Base), unknown);
  EXPECT_EQ(refused("p.days", Site::Base), unknown);
  EXPECT_EQ(refused("m.tier > m.tier_before && p.on && c.coffee_card_full", Site::TierUp), "");
  EXPECT_EQ(refused("tx.event_time", Site::TierUp), unknown);
}

TEST(Sites, WithoutLinesNoRuleReadsThem) {
  const RuleWorld world;
  Scope scope = world.scope();
  scope.lines = false;

  const auto tree = compile_expression("lines.exists(l, true)", scope, ValueType::Bool);

  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().front().reason, Reason::LinesOff);
  EXPECT_EQ(tree.error().front().column, 1U);
}

TEST(Limits, HoldAtTheLimitAndRefuseOneAbove) {
  const std::size_t bytes = limits::kRuleSourceBytesMax;
  expect_accepted("1" + std::string(bytes - 1, ' '));
  expect_reason("1" + std::string(bytes, ' '), Reason::TooLarge);
  expect_accepted("//" + std::string(bytes - 4, 'x') + "\n1");
  expect_reason("//" + std::string(bytes - 3, 'x') + "\n1", Reason::TooLarge);

  // A chain of n parts is n + 1 nodes, and two levels.
  const std::size_t nodes = limits::kRuleNodesMax;
  expect_accepted("true" + repeated("&&true", nodes - 2));
  expect_reason("true" + repeated("&&true", nodes - 1), Reason::TooLarge);

  // Each minus is a level, but the one that belongs to the number.
  const std::size_t depth = limits::kRuleDepthMax;
  expect_accepted(std::string(depth, '-') + "1");
  expect_reason(std::string(depth + 1, '-') + "1", Reason::TooDeep);
  expect_accepted("1" + repeated("+1", depth - 1));
  expect_reason("1" + repeated("+1", depth), Reason::TooDeep);
  expect_accepted(repeated("true?1:", depth - 1) + "1");
  expect_reason(repeated("true?1:", depth) + "1", Reason::TooDeep);

  const std::size_t round = limits::kRuleParenthesesMax;
  expect_accepted(std::string(round, '(') + "1" + std::string(round, ')'));
  expect_reason(std::string(round + 1, '(') + "1" + std::string(round + 1, ')'), Reason::TooDeep);

  const std::size_t list = limits::kRuleListMax;
  expect_accepted("1 in [" + repeated("1,", list) + "]");
  expect_reason("1 in [" + repeated("1,", list + 1) + "]", Reason::TooLarge);

  const std::size_t text = limits::kRuleTextBytesMax;
  expect_accepted("\"" + std::string(text, 'x') + "\"");
  expect_reason("\"" + std::string(text + 1, 'x') + "\"", Reason::TooLarge);
}

TEST(Limits, MeetCelsOwnLeast) {
  expect_accepted("true" + repeated(" && true", 31));
  expect_accepted("true" + repeated(" || true", 31));
  expect_accepted("1" + repeated(" + 1", 24));
  expect_accepted(repeated("-(", 12) + "1" + std::string(12, ')'));
  expect_accepted(repeated("least(1, ", 12) + "1" + std::string(12, ')'));
}

// The rows of design/bad-inputs.md that concern one expression, by their ids.
TEST(BadRules, Rul01EmptyText) {
  expect_refusals({{"", Reason::EmptyRule, 1, 1},
                   {" \n\t", Reason::EmptyRule, 1, 1},
                   {"// nothing", Reason::EmptyRule, 1, 1}});
}

TEST(BadRules, Rul03CharactersThatMislead) {
  expect_refusals({
      {"1 +\x01 1", Reason::Syntax, 1, 4},
      {"\"a\x7f\"", Reason::Syntax, 1, 3},
      {"\"\u0085\"", Reason::Syntax, 1, 2},
      {"tx.total\f> 1", Reason::Syntax, 1, 9},
      {"\"\u202e\" == \"\"", Reason::Syntax, 1, 2},
      {"// \u2066\n1", Reason::Syntax, 1, 4},
      {"m.tіer", Reason::Syntax, 1, 4},  // a Cyrillic letter
      {"\"\xff\"", Reason::Syntax, 1, 2},
      {"\"\xed\xa0\x80\"", Reason::Syntax, 1, 2},
      {"\"\xc0\x80\"", Reason::Syntax, 1, 2},
      {"\"\xf4\x90\x80\x80\"", Reason::Syntax, 1, 2},
      {"\"\xe2\x82", Reason::Syntax, 1, 2},
  });
  expect_accepted(R"("\u202e\x01" == "")");
}

TEST(BadRules, Rul04UnterminatedStringOrParenthesis) {
  expect_refusals({
      {"tx.ref == \"abc", Reason::Syntax, 1, 11},
      {"tx.ref == 'abc\n'", Reason::Syntax, 1, 11},
      {"tx.ref == '''abc''", Reason::Syntax, 1, 11},
      {"(1 + 2", Reason::Syntax, 1, 7},
      {"[1, 2", Reason::Syntax, 1, 6},
      {"least(1, 2", Reason::Syntax, 1, 11},
      {"1 +", Reason::Syntax, 1, 4},
      {"1 2", Reason::Syntax, 1, 3},
      {"least(1, )", Reason::Syntax, 1, 10},
      {"1)", Reason::Syntax, 1, 2},
      {"true ? 1", Reason::Syntax, 1, 9},
      {R"("\q")", Reason::Syntax, 1, 2},
      {R"("\ud800")", Reason::Syntax, 1, 2},
      {R"("\U00110000")", Reason::Syntax, 1, 2},
      {R"("\400")", Reason::Syntax, 1, 2},
      {R"("\x4")", Reason::Syntax, 1, 2},
      {"9223372036854775808", Reason::Syntax, 1, 1},
      {"-9223372036854775809", Reason::Syntax, 1, 2},
      {"0x", Reason::Syntax, 1, 1},
      {"12abc", Reason::Syntax, 1, 1},
  });
}

TEST(BadRules, Rul05UnknownFunctionOrFieldShowsTheNearest) {
  const auto nearest = [](std::string_view source) { return mistakes_of(source).front().expected; };

  EXPECT_EQ(nearest("m.purchases"), "purchases_total");
  EXPECT_EQ(nearest("tx.totel"), "total");
  EXPECT_EQ(nearest("c.week_steak"), "week_streak");
  EXPECT_EQ(nearest("c.coffee_card_ful"), "coffee_card_full");
  EXPECT_EQ(nearest("p.shops"), "shop");
  EXPECT_EQ(nearest("line.size()"), "lines");
  EXPECT_EQ(nearest("muldivup(1, 1, 1)"), "muldiv_up");
  EXPECT_EQ(nearest("lines.exist(l, true)"), "exists");
  EXPECT_EQ(nearest("lines.exists(l, l.brnd == \"\")"), "brand");
}

TEST(BadRules, Rul09TenThousandParentheses) {
  // What passes the limit of bytes first, what reaches the parser, and other ways to go deep.
  expect_reason(std::string(10'000, '('), Reason::TooLarge);
  for (const char* piece : {"(", "[", "!", "-", "!-", "least(1,", "true?1:", "lines[", "size(",
                            "[1].exists(x,", "cel.bind(x,1,", "has(", "1+(", "-("}) {
    const std::string_view deep(piece);
    expect_reason(repeated(deep, limits::kRuleSourceBytesMax / deep.size()), Reason::TooDeep);
  }
}

TEST(BadRules, Rul10FloatLiterals) {
  for (const char* source : {"1.5", "1e3", ".5", "1.5e-3", "1E+3"}) {
    const Mistakes mistakes = mistakes_of(source);
    ASSERT_EQ(mistakes.size(), 1U) << source;
    EXPECT_EQ(mistakes.front().reason, Reason::NoDouble) << source;
    EXPECT_TRUE(mistakes.front().fix.starts_with("use integers")) << mistakes.front().fix;
  }
}

TEST(BadRules, Rul14LiteralDivisorBelowOne) {
  expect_refusals({
      {"muldiv(tx.total, 1, 0)", Reason::ZeroDivisor, 1, 21},
      {"muldiv_up(tx.total, 1, -1)", Reason::ZeroDivisor, 1, 24},
      {"muldiv_half(1, 1, 0x0)", Reason::ZeroDivisor, 1, 19},
      {"muldiv_even(1, 1, 0)", Reason::ZeroDivisor, 1, 19},
  });
  expect_accepted("muldiv(tx.total, 1, 1)");
}

TEST(BadRules, Rul16DivisionNamesTheRoundingFunctions) {
  for (const char* source : {"tx.total / 2", "tx.total % 2"}) {
    const Mistake mistake = mistakes_of(source).front();
    EXPECT_EQ(mistake.reason, Reason::NoDivision);
    for (const char* name : {"muldiv", "muldiv_up", "muldiv_half", "muldiv_even"})
      EXPECT_NE(mistake.expected.find(name), std::string::npos);
  }
}

TEST(BadRules, Rul18UnknownRounding) {
  expect_refusals({{"muldiv_floor(1, 2, 3)", Reason::UnknownName, 1, 1}});
}

TEST(BadRules, Rul19RegularExpressions) {
  expect_refusals({{"matches(tx.ref, \"a\")", Reason::NoStringFunction, 1, 1},
                   {"tx.ref.matches(\"a\")", Reason::NoStringFunction, 1, 8}});
}

TEST(BadRules, Rul20DatesAndTimeZones) {
  expect_refusals({{"timestamp(\"2026-02-30T00:00:00Z\")", Reason::NoTimestamp, 1, 1},
                   {"tx.event_time.getHours(\"Europe/Berlin\")", Reason::NoTimestamp, 1, 15}});
}

TEST(BadRules, Rul21WhatIsNotDeterministic) {
  for (const char* source : {"now()", "random()", "uuid()", "env()"}) {
    const Mistake mistake = mistakes_of(source).front();
    EXPECT_EQ(mistake.reason, Reason::UnknownName) << source;
    EXPECT_NE(mistake.fix.find("not deterministic"), std::string::npos) << source;
  }
}

TEST(BadRules, Rul22AnotherMerchantsData) {
  expect_refusals({{"airline.m.tier > 1", Reason::UnknownName, 1, 1},
                   {"m.at_airline.tier > 1", Reason::UnknownName, 1, 3}});
}

TEST(BadRules, Rul23LoopsAndRul24RulesThatCallRules) {
  expect_refusals({
      {"while (true) 1", Reason::Syntax, 1, 1},
      {"for (x) 1", Reason::Syntax, 1, 1},
      {"let x = 1", Reason::Syntax, 1, 1},
      {"c02() + 1", Reason::UnknownName, 1, 1},
      {"rule(\"c02\")", Reason::UnknownName, 1, 1},
  });
}

TEST(BadRules, Rul25NestedMacros) {
  expect_refusals({
      {"lines.exists(l, cel.bind(k, l.cats, k.all(x, true)))", Reason::NoNestedMacro, 1, 39},
      {"lines.sum(l, true, m.segs.max(s, true, 1))", Reason::NoNestedMacro, 1, 27},
  });
  expect_accepted(
      "lines.exists(l, \"a\" in l.cats && size(l.cats) > 1 && cel.bind(x, l.qty, x > 1))");
  expect_accepted("(lines.exists(l, true) ? m.segs : m.passes).exists(s, s == \"a\")");
}

TEST(BadRules, Rul28And30CostAboveTheLimitIsToldWithBoth) {
  const std::string one = "lines.exists(l, l.brand == tx.merchant)";
  std::string source = one;
  while (mistakes_of(source).empty())
    source += "||" + one;

  const Mistake mistake = mistakes_of(source).front();

  EXPECT_EQ(mistake.reason, Reason::TooCostly);
  EXPECT_TRUE(mistake.got.starts_with("cost 2")) << mistake.got;
  EXPECT_EQ(mistake.expected, "at most 20000");
}

TEST(BadRules, Rul31And32ValuesOfOtherKinds) {
  expect_refusals({{"tx.total + tx.currency", Reason::Type, 1, 15},
                   {"true + 1", Reason::Type, 1, 1},
                   {"m.tier == true", Reason::Type, 1, 8}});
}

TEST(BadRules, Rul44LocalNumberFormats) {
  expect_refusals(
      {{"tx.total > 1.000", Reason::NoDouble, 1, 12}, {"tx.total > 1,5", Reason::Syntax, 1, 13}});
}

TEST(BadRules, Rul46ListOfVeryManyEntries) {
  expect_reason("1 in [" + repeated("1,", 1'000'000) + "]", Reason::TooLarge);
}

}  // namespace
}  // namespace tally::rules
