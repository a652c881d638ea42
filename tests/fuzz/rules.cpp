// Rules as anybody writes them: any bytes, or any tokens, through the parser, the checker and the
// interpreter; and stored trees from any bytes.
#include <tally/base/limits.h>
#include <tally/rules/expression.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "fuzz/fuzz.h"
#include "support/rule_examples.h"
#include "support/rule_world.h"

namespace tally::fuzz {
namespace {

using namespace tally::rules;

constexpr std::uint8_t kSource = 0;
constexpr std::uint8_t kTokens = 1;
constexpr std::uint8_t kTree = 2;
constexpr std::size_t kReaders = 3;

constexpr std::array<Site, 6> kSites = {Site::Base,  Site::Purchase, Site::Activated,
                                        Site::Enrol, Site::Attested, Site::TierUp};
constexpr std::array<ValueType, 3> kTypes = {ValueType::Bool, ValueType::Int, ValueType::String};

/// What random bytes seldom spell.
constexpr auto kWords = std::to_array<std::string_view>({"tx",
                                                         ".",
                                                         "total",
                                                         "ref",
                                                         "lines",
                                                         "(",
                                                         ")",
                                                         ",",
                                                         "l",
                                                         "net",
                                                         "cats",
                                                         "brand",
                                                         "qty",
                                                         "m",
                                                         "segs",
                                                         "tier",
                                                         "has",
                                                         "referrer",
                                                         "last_activity_at",
                                                         "base",
                                                         "points",
                                                         "c",
                                                         "week_streak",
                                                         "days_since_air",
                                                         "coffee_card_full",
                                                         "p",
                                                         "days",
                                                         "on",
                                                         "shop",
                                                         "exists",
                                                         "all",
                                                         "exists_one",
                                                         "sum",
                                                         "max",
                                                         "cel",
                                                         "bind",
                                                         "x",
                                                         "y",
                                                         "&&",
                                                         "||",
                                                         "!",
                                                         "-",
                                                         "+",
                                                         "*",
                                                         "/",
                                                         "%",
                                                         "<",
                                                         "<=",
                                                         ">",
                                                         ">=",
                                                         "==",
                                                         "!=",
                                                         "in",
                                                         "?",
                                                         ":",
                                                         "[",
                                                         "]",
                                                         "{",
                                                         "}",
                                                         "0",
                                                         "1",
                                                         "9223372036854775807",
                                                         "1.5",
                                                         "7u",
                                                         "true",
                                                         "false",
                                                         "null",
                                                         "\"a\"",
                                                         "'''b'''",
                                                         "r\"\\\"",
                                                         "b'c'",
                                                         "muldiv",
                                                         "least",
                                                         "clamp",
                                                         "hour",
                                                         "dow",
                                                         "month",
                                                         "days_between",
                                                         "size",
                                                         "startsWith",
                                                         "map",
                                                         "matches",
                                                         " ",
                                                         "\n"});

/// A mistake lies in its source, and one line says it.
void expect_told(const Mistakes& mistakes, std::string_view source) {
  CHECK(!mistakes.empty());
  std::size_t last = 0;
  for (const Mistake& mistake : mistakes) {
    CHECK(mistake.offset >= last && mistake.offset <= source.size());
    last = mistake.offset;
    CHECK(mistake.line >= 1 && mistake.column >= 1);
    CHECK(!name_of(mistake.reason).empty());
    for (const std::string& part : {mistake.got, mistake.expected, mistake.fix})
      for (const char c : part)
        CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  }
}

void expect_stored(const Expression& tree) {
  codec::Writer out;
  encode(out, tree);
  codec::Reader in(out.view());
  Expression again;
  decode(in, again);
  CHECK(in.finish("rule").ok());
  CHECK(again == tree);
}

void run_source(std::string_view source, Choices& choices) {
  static const test::RuleWorld full;
  static const test::RuleWorld empty = [] {
    test::RuleWorld world;
    world.lines.clear();
    world.segs.clear();
    world.passes.clear();
    world.pay_methods.clear();
    world.utc_offsets.clear();
    return world;
  }();
  const Site site = kSites[choices.below(kSites.size())];
  for (const ValueType type : kTypes) {
    const auto tree = compile_expression(source, full.scope(site), type);
    if (!tree) {
      expect_told(tree.error(), source);
      continue;
    }
    CHECK(tree->cost <= limits::kRuleCostMax && tree->nodes.size() <= limits::kRuleNodesMax);
    expect_stored(*tree);
    for (const test::RuleWorld* world : {&full, &empty}) {
      const test::Answer answer = test::evaluate_any(*tree, world->facts());
      CHECK(answer.text != "RULE_COST" && answer.cost <= tree->cost);
    }
  }
}

void run_tokens(Choices& choices) {
  std::string source;
  while (!choices.is_empty() && source.size() <= limits::kRuleSourceBytesMax)
    source += kWords[choices.below(kWords.size())];
  run_source(source, choices);
}

void run_tree(ByteView bytes) {
  codec::Reader in(bytes);
  Expression tree;
  decode(in, tree);
  if (!in.finish("rule").ok()) return;
  codec::Writer out;
  encode(out, tree);
  expect_same(bytes, out.view());
}

}  // namespace

void run(ByteView input) {
  // Of the processor, so that a busy machine is no fault; design/rule-language.md §12.
  constexpr std::clock_t kTimeMax = CLOCKS_PER_SEC / 20;
  const std::clock_t start = std::clock();
  Choices choices(input);
  switch (choices.below(kReaders)) {
    case kSource: {
      Choices site(choices.take(1));
      // A copy of its own size, so that a step past the end is seen.
      run_source(std::string(as_text(choices.rest())), site);
      break;
    }
    case kTokens:
      run_tokens(choices);
      break;
    default:
      run_tree(choices.rest());
  }
  CHECK(std::clock() - start < kTimeMax);
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  const test::RuleWorld world;
  const auto add = [&](const test::RuleExample& example) {
    const auto place = std::find(kSites.begin(), kSites.end(), example.site) - kSites.begin();
    Bytes source{static_cast<std::uint8_t>(place)};
    const ByteView text = as_bytes(example.source);
    source.insert(source.end(), text.begin(), text.end());
    all.push_back(after(kSource, source));
    codec::Writer out;
    encode(out, compile_expression(example.source, world.scope(example.site)).value());
    all.push_back(after(kTree, out.view()));
  };
  for (const test::RuleExample& example : test::kPurchaseExamples)
    add(example);
  for (const test::RuleExample& example : test::kOtherExamples)
    add(example);
  // lines.exists(l,l.qty==1) in tokens
  all.push_back(Bytes{kTokens, 4, 1, 29, 5, 8, 7, 8, 1, 12, 50, 60, 6});
  return all;
}

}  // namespace tally::fuzz
