// Random well-typed rules over random facts: two evaluators agree, the proof of cost holds, and how
// a rule is written does not matter (design/rule-language.md §12; RUL-42 and RUL-53 of
// bad-inputs.md).
#include <tally/rules/expression.h>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <map>
#include <string>

#include "support/rule_reference.h"
#include "support/rule_terms.h"
#include "support/rule_text.h"
#include "support/rule_world.h"

namespace tally::rules {
namespace {

using test::below;
using test::Random;
using test::RuleWorld;
using test::Term;
using test::TermMaker;
using test::TermType;
using test::TermWriter;

constexpr int kTermsOfASeed = 100;

RuleWorld a_world(Random& random) {
  RuleWorld world;
  world.lines.clear();
  const std::vector<std::string> words = {"own", "café", "dairy", "", "grocer"};
  for (std::size_t i = below(random, 5); i-- > 0;) {
    std::vector<std::string> cats(below(random, 3), test::one_of(random, words));
    world.lines.push_back(test::a_line(test::one_of(random, words), std::move(cats),
                                       static_cast<std::int64_t>(1 + below(random, 3)),
                                       static_cast<std::int64_t>(below(random, 2'000))));
  }
  world.pay_methods.resize(below(random, 3), "card");
  world.segs.resize(below(random, 3), "own");
  if (below(random, 2) == 0) world.last_activity_at.reset();
  if (below(random, 2) == 0) world.referrer = std::string(32, 'a');
  if (below(random, 2) == 0) world.counted[3].value.reset();
  if (below(random, 4) == 0) world.utc_offsets.clear();
  const std::vector<std::int64_t> times = {0, 1'774'745'999'999, 1'774'746'000'000,
                                           1'798'761'599'999};
  world.event_time = test::one_of(random, times);
  world.total = static_cast<std::int64_t>(below(random, 3));
  return world;
}

Term a_term(Random& random) {
  const std::vector<TermType> types = {TermType::Bool, TermType::Int, TermType::Text};
  const TermType type = test::one_of(random, types);
  return TermMaker(random).make(type, 1 + below(random, 5));
}

ValueType type_of(const Term& term) {
  if (term.type == TermType::Bool) return ValueType::Bool;
  return term.type == TermType::Int ? ValueType::Int : ValueType::String;
}

bool is_a_limit(Reason reason) {
  return reason == Reason::TooLarge || reason == Reason::TooDeep || reason == Reason::TooCostly;
}

Bytes bytes_of(const Expression& tree) {
  codec::Writer out;
  encode(out, tree);
  return std::move(out).take();
}

RC_GTEST_PROP(RandomRules, Rul53TwoEvaluatorsAgreeWithinTheProvedCost, (std::uint64_t seed)) {
  Random random(seed);
  int accepted = 0;
  for (int i = 0; i < kTermsOfASeed; ++i) {
    const Term term = a_term(random);
    const RuleWorld world = a_world(random);
    const std::string source = TermWriter(random).write(term);

    const auto tree = compile_expression(source, world.scope(), type_of(term));

    if (!tree) {
      const Mistake& mistake = tree.error().front();
      if (!is_a_limit(mistake.reason))
        RC_FAIL(std::string(name_of(mistake.reason)) + " at " + std::to_string(mistake.line) + ":" +
                std::to_string(mistake.column) + ": " + source);
      continue;
    }
    ++accepted;
    const test::Answer answer = test::evaluate_any(*tree, world.facts());
    const std::string wanted = test::ReferenceEvaluator(world).answer(term);
    if (answer.text != wanted) RC_FAIL(answer.text + " is not " + wanted + ": " + source);
    if (answer.cost > tree->cost)
      RC_FAIL(std::to_string(answer.cost) + " above " + std::to_string(tree->cost) + ": " + source);
  }
  RC_ASSERT(accepted > kTermsOfASeed / 2);
}

RC_GTEST_PROP(RandomRules, Rul42HowARuleIsWrittenDoesNotMatter, (std::uint64_t seed)) {
  Random random(seed);
  const RuleWorld world;
  for (int i = 0; i < kTermsOfASeed; ++i) {
    const Term term = a_term(random);
    const std::string one = TermWriter(random).write(term);
    const std::string other = TermWriter(random).write(term);
    const auto tree = compile_expression(one, world.scope(), type_of(term));
    const auto again = compile_expression(other, world.scope(), type_of(term));
    // Layout counts for the length of a source, and brackets for their depth.
    if (!tree || !again) continue;

    if (bytes_of(*tree) != bytes_of(*again)) RC_FAIL(one + "\n  is not\n" + other);
  }
}

RC_GTEST_PROP(RandomRules, TheCanonicalFormDecodesToTheSameTree, (std::uint64_t seed)) {
  Random random(seed);
  const RuleWorld world;
  for (int i = 0; i < kTermsOfASeed; ++i) {
    const Term term = a_term(random);
    const std::string source = TermWriter(random).write(term);
    const auto tree = compile_expression(source, world.scope(), type_of(term));
    if (!tree) continue;
    const Bytes bytes = bytes_of(*tree);
    codec::Reader in(bytes);
    Expression decoded;
    decode(in, decoded);

    RC_ASSERT(in.finish("rule").ok());
    RC_ASSERT(decoded == *tree);
  }
}

// The properties above say nothing if chance avoids what they are about.
TEST(RandomRules, MeetValuesAndEachError) {
  Random random(1);
  std::map<std::string, int> met;
  for (int i = 0; i < 5'000; ++i) {
    const Term term = a_term(random);
    const RuleWorld world = a_world(random);
    const auto tree =
        compile_expression(TermWriter(random).write(term), world.scope(), type_of(term));
    if (!tree) continue;
    const std::string text = test::evaluate_any(*tree, world.facts()).text;
    const bool is_error = text == "OVERFLOW" || text == "INDEX" || text == "MULDIV";
    ++met[is_error ? text : "a value"];
  }
  for (const char* what : {"OVERFLOW", "INDEX", "MULDIV", "a value"})
    EXPECT_GT(met[what], 50) << what;
}

}  // namespace
}  // namespace tally::rules
