// The static cost of design/rule-language.md §7, figure by figure.
#include <tally/rules/expression.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "support/rule_examples.h"
#include "support/rule_world.h"

namespace tally::rules {
namespace {

std::uint32_t cost_of(std::string_view source, Site site = Site::Purchase) {
  const test::RuleWorld world;
  const auto tree = compile_expression(source, world.scope(site));
  EXPECT_TRUE(tree) << source;
  return tree ? tree->cost : 0;
}

TEST(StaticCost, OfEachKindOfNode) {
  const std::vector<std::pair<std::string_view, std::uint32_t>> cases = {
      {"1", 1},
      {"true", 1},
      {"tx.total", 2},
      {"lines[0].net", 4},
      {"has(m.referrer)", 2},
      {"-tx.total", 3},
      {"1 + 2", 3},
      {"1 == 2", 3},
      {"true && true && true", 5},
      {"(true || true) && true || true", 7},
      {"true ? 1 : tx.total + 1", 6},
      {"false ? tx.total + 1 : 1", 6},
      {"[1, 2][0]", 5},
      {"\"abc\" == \"abcdefghi\"", 4},  // 2, and 1 + CEIL(3 / 8)
      {"\"\" == \"abc\"", 3},
      {"tx.ref == tx.store", 9},              // 4, and 1 + CEIL(32 / 8)
      {"tx.ref < \"123456789\"", 6},          // 3, and 1 + CEIL(9 / 8)
      {"tx.ref.startsWith(tx.currency)", 6},  // 4, and 1 + CEIL(3 / 8)
      {"p.shop == tx.merchant", 6},           // 4, and 1 + CEIL(7 / 8)
      {"1 in [1, 2, 3]", 9},                  // 5, and 1 + 3 × 1
      {"\"abc\" in m.segs", 68},              // 3, and 1 + 32 × 2
      {"tx.ref in m.passes", 85},             // 4, and 1 + 16 × 5
      {"tx.pay_methods == m.segs", 29},       // 4, and 1 + 8 × 3
      {"[1, 2] != [1]", 7},                   // 5, and 1 + 1 × 1
      {"size(m.segs)", 3},
      {"size(tx.ref)", 11},  // 2, and 1 + CEIL(64 / 8)
      {"muldiv(1, 2, 3)", 7},
      {"least(1, 2, 3)", 4},
      {"clamp(1, 2, 3)", 4},
      {"hour(1)", 10},
      {"dow(1)", 10},
      {"dom(1)", 10},
      {"month(1)", 10},
      {"days_between(1, 2)", 11},
      {"lines.exists(l, true)", 203},  // 1, and 2 + 100 × (1 + 1)
      {"lines.sum(l, true, l.net)", 403},
      {"[1, 2].all(x, x > 0)", 13},  // 3, and 2 + 2 × (1 + 3)
      {"(true ? m.segs : m.passes).all(s, true)", 70},
      {"cel.bind(x, tx.total, x * x)", 6},  // 1, and 2, and 3
      {"cel.bind(x, tx.ref, x == tx.ref)", 15},
  };
  for (const auto& [source, cost] : cases)
    EXPECT_EQ(cost_of(source), cost) << source;
}

// design/rule-language.md §9, the expressions of the sixteen campaigns that its §7 has figures for.
TEST(StaticCost, OfTheExamplesIsAsTheDesignSays) {
  EXPECT_EQ(cost_of("muldiv(tx.eligible, 1, 100)", Site::Base), 8U);
  EXPECT_EQ(cost_of("lines.exists(l, \"dairy\" in l.cats)"), 2'103U);
  EXPECT_EQ(cost_of("muldiv(lines.sum(l, \"dairy\" in l.cats, l.net), 2, 100)"), 2'309U);
  EXPECT_EQ(cost_of("dow(tx.event_time) == 2\n"
                    "  && hour(tx.event_time) >= 16 && hour(tx.event_time) < 18"),
            41U);
  EXPECT_EQ(cost_of("m.tier == 2 ? muldiv(base.points, 1, 2) : muldiv(base.points, 1, 4)"), 13U);
  EXPECT_EQ(cost_of("dow(tx.event_time) >= 6 && !(\"staff\" in m.segs)\n"
                    "  && lines.exists(l, l.brand == \"own\" && l.qty >= 2)"),
            1'187U);
  EXPECT_EQ(cost_of("muldiv(lines.sum(l, l.brand == \"own\", l.net), 1, 50)"), 809U);
}

TEST(StaticCost, OfAWholePurchaseAddsUp) {
  std::uint32_t sum = 0;
  for (const test::RuleExample& example : test::kPurchaseExamples)
    sum += cost_of(example.source, example.site);

  EXPECT_EQ(sum, 8'710U);
}

// design/bad-inputs.md
TEST(StaticCost, Rul30IsComputedWithoutUnfolding) {
  // Each branch names the one before it twice: unfolded, 2^20 nodes; priced, a line.
  std::string source = "1";
  for (int i = 0; i < 20; ++i)
    source = "cel.bind(x, " + source + ", x + x)";

  EXPECT_EQ(cost_of(source), 1U + 20 * 4);
}

TEST(MeasuredCost, IsOfWhatWasEvaluated) {
  const test::RuleWorld world;
  const auto measured = [&](std::string_view source) {
    return test::evaluate_any(compile_expression(source, world.scope()).value(), world.facts())
        .cost;
  };

  EXPECT_EQ(measured("muldiv(tx.eligible, 1, 100)"), 8U);
  EXPECT_EQ(measured("false && tx.total > 1"), 1U);
  EXPECT_EQ(measured("true ? 1 : tx.total"), 3U);
  EXPECT_EQ(measured("lines.exists(l, l.qty == 2)"), 8U);    // the first line decides
  EXPECT_EQ(measured("lines.exists(l, l.qty == 77)"), 18U);  // three do not
  EXPECT_EQ(measured("\"staff\" in m.segs"), 6U);
}

}  // namespace
}  // namespace tally::rules
