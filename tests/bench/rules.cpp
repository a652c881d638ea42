// What the expressions of a purchase cost: the campaigns of design/rule-language.md §9 over a
// basket of ten lines, and expressions near the limit over the fullest facts there are.
#include <tally/base/limits.h>
#include <tally/rules/expression.h>

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/rule_examples.h"
#include "support/rule_world.h"

namespace tally::rules {
namespace {

using test::RuleWorld;

Expression compiled(std::string_view source, Site site, const RuleWorld& world) {
  return compile_expression(source, world.scope(site)).value();
}

RuleWorld ordinary_world() {
  RuleWorld world;
  world.lines.clear();
  for (int i = 0; i < 10; ++i)
    world.lines.push_back(
        test::a_line(i == 7 ? "own" : "brand-" + std::to_string(i), {"food", "cat-7"}, 1, 250));
  world.segs = {"vegan", "newsletter"};
  return world;
}

/// Each whole: a campaign's award too where its `when` would not hold.
std::vector<Expression> expressions_of_a_purchase(const RuleWorld& world) {
  std::vector<Expression> all;
  for (const test::RuleExample& example : test::kPurchaseExamples)
    all.push_back(compiled(example.source, example.site, world));
  return all;
}

void ordinary_purchase(benchmark::State& state) {
  const RuleWorld world = ordinary_world();
  const std::vector<Expression> all = expressions_of_a_purchase(world);
  const Facts facts = world.facts();
  std::uint64_t measured = 0;
  for ([[maybe_unused]] auto _ : state)
    for (const Expression& tree : all) {
      const std::uint32_t cost = tree.type == ValueType::Bool ? evaluate_bool(tree, facts).cost
                                                              : evaluate_int(tree, facts).cost;
      benchmark::DoNotOptimize(measured += cost);
    }
  state.counters["cost"] = static_cast<double>(measured) / static_cast<double>(state.iterations());
}
BENCHMARK(ordinary_purchase);

/// Everything as long as it may be, alike but for the last byte.
RuleWorld full_world() {
  RuleWorld world;
  const std::string alike(limits::kShortNameBytesMax - 1, 'x');
  const std::vector<std::string> cats(limits::kCategoriesMax, alike + "a");
  world.lines.assign(limits::kLinesMax, test::a_line(alike + "a", cats, 1, 1));
  world.segs.assign(limits::kSegmentsMax, alike + "a");
  world.passes.assign(limits::kPassesMax, alike + "a");
  world.utc_offsets.clear();
  for (std::uint64_t i = 0; i < limits::kUtcOffsetsMax; ++i)
    world.utc_offsets.push_back({Timestamp(i * 15'000'000'000), std::int16_t{60}});
  return world;
}

/// `piece` as often as the limit of cost allows, joined by `joint`.
Expression filled(std::string_view piece, std::string_view joint, const RuleWorld& world) {
  std::string source(piece);
  for (;;) {
    const std::string longer = source + std::string(joint) + std::string(piece);
    if (!compile_expression(longer, world.scope())) return compiled(source, Site::Purchase, world);
    source = longer;
  }
}

void worst_case(benchmark::State& state, std::string_view piece, std::string_view joint) {
  const RuleWorld world = full_world();
  const Expression tree = filled(piece, joint, world);
  const Facts facts = world.facts();
  for ([[maybe_unused]] auto _ : state)
    benchmark::DoNotOptimize(test::evaluate_any(tree, facts).cost);
  state.counters["cost"] = tree.cost;
  state.counters["ns_a_unit"] = benchmark::Counter(
      static_cast<double>(tree.cost) * static_cast<double>(state.iterations()) * 1e-9,
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
constexpr const char* kLast = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxb";
const std::string kIn = std::string("lines.exists(l, \"") + kLast + "\" in l.cats)";
const std::string kSegs = std::string("\"") + kLast + "\" in m.segs";
BENCHMARK_CAPTURE(worst_case, categories_of_lines, kIn, " || ");
BENCHMARK_CAPTURE(worst_case, segments, kSegs, " || ");
BENCHMARK_CAPTURE(worst_case, numbers_of_lines, "lines.all(l, l.qty + l.net > l.tax)", " && ");
BENCHMARK_CAPTURE(worst_case, texts_of_lines, "lines.all(l, l.brand <= l.brand)", " && ");
BENCHMARK_CAPTURE(worst_case, hours_of_lines, "lines.all(l, hour(l.net) < 24)", " && ");
BENCHMARK_CAPTURE(worst_case, months_of_lines, "lines.all(l, month(l.net) < 24)", " && ");
BENCHMARK_CAPTURE(worst_case, muldiv_of_lines,
                  "lines.sum(l, true, muldiv(9223372036854775807, l.qty + l.net, "
                  "9223372036854775807))",
                  " + ");
BENCHMARK_CAPTURE(worst_case, lists_of_lines, "lines.exists(l, [l.qty, l.net, l.tax, 4][3] == 5)",
                  " || ");
BENCHMARK_CAPTURE(worst_case, equal_lists_of_lines, "lines.all(l, l.cats == m.segs || p.on)",
                  " && ");
BENCHMARK_CAPTURE(worst_case, sizes_of_lines, "lines.all(l, size(l.brand) > 3)", " && ");
BENCHMARK_CAPTURE(worst_case, bound_in_lines,
                  "lines.all(l, cel.bind(x, l.cats, size(x) > 3 && x == l.cats))", " && ");
BENCHMARK_CAPTURE(worst_case, a_literal_alone, "1", " + ");

void compile_a_campaign(benchmark::State& state) {
  const RuleWorld world = ordinary_world();
  for ([[maybe_unused]] auto _ : state)
    benchmark::DoNotOptimize(
        compiled("dow(tx.event_time) >= 6 && !(\"staff\" in m.segs)"
                 " && lines.exists(l, l.brand == \"own\" && l.qty >= 2)",
                 Site::Purchase, world));
}
BENCHMARK(compile_a_campaign);

}  // namespace
}  // namespace tally::rules

BENCHMARK_MAIN();
