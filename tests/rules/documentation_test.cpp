// docs/rule-language.md says what the language does.
#include <tally/rules/expression.h>

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "support/places.h"
#include "support/rule_world.h"

namespace tally::rules {
namespace {

std::string page() {
  std::ifstream in(test::tests_folder() + "/../docs/rule-language.md");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(TheRulesPage, HasExamplesThatAreAccepted) {
  const test::RuleWorld world;
  std::ifstream in(test::tests_folder() + "/../docs/rule-language.md");
  bool in_example = false;
  int examples = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```")) {
      in_example = line == "```cel";
    } else if (in_example) {
      EXPECT_TRUE(compile_expression(line, world.scope())) << line;
      ++examples;
    }
  }

  EXPECT_GT(examples, 10);
}

TEST(TheRulesPage, NamesEveryReason) {
  const std::string text = page();
  for (auto reason = Reason::NoDouble; reason <= Reason::WindowTooLong;
       reason = static_cast<Reason>(static_cast<int>(reason) + 1))
    EXPECT_NE(text.find("`" + std::string(name_of(reason)) + "`"), std::string::npos)
        << name_of(reason);
}

}  // namespace
}  // namespace tally::rules
