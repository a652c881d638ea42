// docs/rules.md teaches by examples; here each of them is run.
#include "app/files.h"
#include "app/rule_faults.h"
#include "app/rule_input.h"
#include "app/trial_report.h"

#include <tally/words/explanation.h>

#include "support/explained.h"
#include "support/places.h"

#include <gmock/gmock.h>
#include <map>

namespace tally::app {
namespace {

using namespace tally::test;

/// "```toml refused" is of kind "toml refused".
struct Block {
  std::string kind;
  std::string text;
};

std::vector<Block> blocks_of_page() {
  const auto page = read_file(test::tests_folder() + "/../docs/rules.md", 1 << 20, kBadInput);
  CHECK(page.has_value());
  std::vector<Block> blocks;
  std::string_view rest = *page;
  const auto line = [&] {
    const std::string_view found = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(found.size() + 1, rest.size()));
    return found;
  };
  while (!rest.empty()) {
    const std::string_view opening = line();
    if (!opening.starts_with("```")) continue;
    Block& block = blocks.emplace_back(Block{std::string(opening.substr(3)), ""});
    for (std::string_view each = line(); each != "```"; each = line())
      block.text += std::string(each) + "\n";
  }
  return blocks;
}

std::vector<std::string> texts_of(std::string_view kind) {
  std::vector<std::string> texts;
  for (Block& block : blocks_of_page())
    if (block.kind == kind) texts.push_back(std::move(block.text));
  return texts;
}

std::string only(std::string_view kind) {
  const std::vector<std::string> texts = texts_of(kind);
  CHECK(texts.size() == 1);
  return texts.front();
}

std::string told(const Faults& faults) {
  std::string text;
  for (Fault fault : faults) {
    fault.where.clear();  // the page does not count the lines of its examples
    text += config::line_of(fault) + "\n";
  }
  return text;
}

/// The programme of the page with `campaigns` behind it.
OrFaults<Programme> with(const std::string& campaigns) {
  auto file = parse_whole_programme(only("toml programme") + campaigns, "rules.md");
  if (!file) return config::fail(file.error());
  return std::move(file->programme);
}

TEST(RulesPage, HasProgrammesThatPublicationTakes) {
  const std::vector<std::string> fragments = texts_of("toml");
  EXPECT_TRUE(with(""));
  EXPECT_EQ(fragments.size(), 7U);
  for (const std::string& fragment : fragments) {
    const auto programme = with(fragment);
    ASSERT_TRUE(programme) << fragment << told(programme.error());
    EXPECT_FALSE(programme->campaigns.empty());
    EXPECT_TRUE(rules::unsupported(*programme).empty()) << fragment;
  }
}

TEST(RulesPage, SaysWhatIsRefused) {
  const auto programme = with(only("toml refused"));
  ASSERT_FALSE(programme);
  EXPECT_EQ(told(programme.error()), only("text refusals"));
}

/// What `expression` gives, or the reason why it is refused, as the page writes it.
std::string value_of(std::string_view expression, const RuleInput& input) {
  const rules::Scope scope = input.scope(rules::Site::Purchase);
  std::string refused;
  for (const ValueType type : {ValueType::Int, ValueType::Bool}) {
    const auto tree = rules::compile_expression(expression, scope, type);
    if (!tree) {
      if (refused.empty()) refused = std::string(name_of(tree.error().front().reason));
      if (tree.error().front().reason != rules::Reason::Type)
        refused = std::string(name_of(tree.error().front().reason));
      continue;
    }
    if (type == ValueType::Int) {
      const auto given = rules::evaluate_int(*tree, input.facts());
      return given.error ? "ERROR" : std::to_string(given.value);
    }
    const auto given = rules::evaluate_bool(*tree, input.facts());
    return given.error ? "ERROR" : given.value ? "true" : "false";
  }
  return refused;
}

TEST(RulesPage, HasExpressionsThatGiveWhatItSays) {
  std::size_t examples = 0;
  for (const std::string& text : texts_of("rule")) {
    RuleInput input;
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(line.size() + 1);
      constexpr std::string_view kFacts = "facts ";
      if (line.starts_with(kFacts)) {
        auto read = rule_input_from(line.substr(kFacts.size()), "rules.md");
        ASSERT_TRUE(read) << line << told(read.error());
        input = std::move(*read);
        continue;
      }
      const std::size_t arrow = line.rfind(" => ");
      ASSERT_NE(arrow, std::string_view::npos) << line;
      EXPECT_EQ(value_of(line.substr(0, arrow), input), line.substr(arrow + 4)) << line;
      ++examples;
    }
  }
  EXPECT_GE(examples, 30U);
}

std::vector<TrialPurchase> log_of_page(const Programme& programme) {
  const auto purchases = baskets_from(
      only("csv log"), {}, {},
      {programme.merchant, programme.currency, 2, programme.lines, programme.earn.excluded_cats},
      "rules.md");
  CHECK(purchases.has_value());
  return *purchases;
}

Programme programme_of_trial() {
  const std::vector<std::string> fragments = texts_of("toml");
  return with(fragments.at(0) + fragments.at(1)).value();
}

TEST(RulesPage, SaysWhatATrialGives) {
  const Programme programme = programme_of_trial();
  Trial trial(rule_set(programme));
  for (const TrialPurchase& purchase : log_of_page(programme))
    trial.serve(purchase);

  EXPECT_EQ(text_of(trial.finish(), TrialShown{programme, 2, 10}), only("text try"));
}

TEST(RulesPage, ExplainsAPurchaseOfItsLog) {
  const Programme programme = programme_of_trial();
  ExplainingShop shop(programme);
  std::map<std::string, MemberBefore> members;
  std::string lines;

  std::size_t annas = 0;
  for (const TrialPurchase& purchase : log_of_page(programme)) {
    MemberBefore& of = members[purchase.customer];
    const rules::Explanation explained = shop.serve(of, purchase.earn);
    if (purchase.customer != "anna" || ++annas != 2) continue;
    for (const std::string& line : words::lines_of(explained, {words::english(), 2}))
      lines += line + "\n";
  }

  EXPECT_EQ(lines, only("text explanation"));
}

}  // namespace
}  // namespace tally::app
