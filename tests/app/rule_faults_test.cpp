// Rules in files: what is wrong with them, told with places.
#include "app/rule_faults.h"

#include "support/places.h"
#include "support/programme_generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

namespace tally::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string repository_file(const std::string& name) {
  return test::tests_folder() + "/../" + name;
}

std::string text_of_file(const std::string& name) {
  std::ifstream file(repository_file(name));
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> lines_of(const Faults& faults) {
  std::vector<std::string> lines;
  for (const Fault& fault : faults)
    lines.push_back(config::line_of(fault));
  return lines;
}

std::vector<std::string> faults_in(const std::string& text) {
  return lines_of(faults_of(config::parse_programme(text, "grocer-bpts.toml")));
}

/// The programme of the sixteen campaigns, changed.
std::string example(const std::string& from, const std::string& to) {
  std::string text = text_of_file("config/grocer-bpts.toml");
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

/// ":LINE:COLUMN" of where `needle` begins.
std::string stands_at(const std::string& text, const std::string& needle) {
  const std::string before = text.substr(0, text.find(needle));
  return ":" + std::to_string(1 + std::count(before.begin(), before.end(), '\n')) + ":" +
         std::to_string(before.size() - (before.rfind('\n') + 1) + 1);
}

TEST(RuleFaults, TakeEveryProgrammeOfConfig) {
  for (const char* name : {"grocer-bpts", "grocer-ledger", "programme-grocer", "programme-pharmacy",
                           "programme-fuel", "programme-books"}) {
    const auto file =
        read_whole_programme(repository_file("config/" + std::string(name) + ".toml"));
    EXPECT_TRUE(file.has_value()) << name << "\n" << testing::PrintToString(lines_of(file.error()));
    const bool is_alone = std::string(name) != "grocer-bpts";
    if (!file) continue;
    EXPECT_TRUE(rules::unsupported(file->programme).empty()) << name;
    EXPECT_EQ(rules::merchants_named(file->programme).empty(), is_alone) << name;
  }
}

// The generator's programmes are what the round trip of texts is tested with.
RC_GTEST_PROP(RuleFaults, AreNoneInWhateverTheGeneratorDraws, ()) {
  config::ProgrammeFile file;
  file.programme = test::ProgrammeGenerator().programme();

  const auto rules = rules::compile(file.programme);

  if (!rules)
    for (const rules::Mistake& mistake : rules.error())
      RC_LOG(config::line_of(fault_from(mistake, mistake.field)));
  RC_ASSERT(rules.has_value());
}

TEST(RuleFaults, PriceTheExampleAsItsPageDoes) {
  const auto file = read_whole_programme(repository_file("config/grocer-bpts.toml"));
  ASSERT_TRUE(file.has_value());
  const auto rules = rules::compile(file->programme);
  ASSERT_TRUE(rules.has_value());

  EXPECT_EQ(static_cost(*rules, Trigger::Purchase), 8'710U);  // design/rule-language.md §7
}

TEST(RuleFaults, SayNumberReasonPlaceAndCure) {
  const std::string text =
      example("award = 'base.points'", "award = 'base.points + tx.total / 100'");

  EXPECT_THAT(faults_in(text),
              ElementsAre(testing::AllOf(
                  testing::StartsWith("error E-RUL-016: NO_DIVISION; got \"/\"; expected "),
                  HasSubstr("; at grocer-bpts.toml" + stands_at(text, "/ 100'") + "; fix: "))));
}

TEST(RuleFaults, FindThePlaceInAnExpressionOfManyLines) {
  const std::string text = example("hour(tx.event_time) < 18", "hour(tx.event_tme) < 18");

  EXPECT_THAT(faults_in(text), ElementsAre(testing::AllOf(
                                   HasSubstr("E-RUL-034: UNKNOWN_NAME"),
                                   HasSubstr("grocer-bpts.toml" + stands_at(text, "event_tme")))));
}

TEST(RuleFaults, FindTheFieldOfAnEnvelope) {
  const std::string text = example("budget = { points = 500_000,", "budget = { points = 0,");

  EXPECT_THAT(faults_in(text),
              ElementsAre("error E-RUL-044: BAD_ENVELOPE; got campaigns[0].budget.points: 0; "
                          "expected above 0; at grocer-bpts.toml" +
                          stands_at(text, "points = 0,") + "; fix: leave the budget out"));
}

TEST(RuleFaults, TellFileAndRulesInOneGoByTheirPlaces) {
  std::string text = example("award = 'base.points'", "award = 'base.point'");
  text.replace(text.find("max_percent = 50"), 16, "max_percnt = 50 ");
  text.replace(text.find("base_funded_by = \"issuer\""), 25, "base_funded_by = \"me\"    ");
  text.replace(text.find("award = '200'\nonce"), 18, "onxe");

  const std::vector<std::string> lines = faults_in(text);

  EXPECT_THAT(lines,
              ElementsAre(HasSubstr("E-PRG-012"), HasSubstr("E-PRG-016"), HasSubstr("E-RUL-034"),
                          HasSubstr("E-RUL-044"), HasSubstr("E-PRG-012")));
}

TEST(RuleFaults, LeaveOutWhatOnlyEchoesAFaultOfTheFile) {
  EXPECT_THAT(faults_in(example("months = 12\n", "months = \"twelve\"\n")),
              ElementsAre(HasSubstr("E-PRG-014")));
  EXPECT_THAT(faults_in(example("award = '500'", "award = 500")),
              ElementsAre(HasSubstr("E-PRG-014")));
  EXPECT_THAT(faults_in("format = 1\n"), testing::Each(HasSubstr("E-PRG-013")));
  EXPECT_THAT(faults_in("\xff"), ElementsAre(HasSubstr("E-PRG-004")));
  EXPECT_THAT(lines_of(faults_of(config::read_programme("/no/such/file.toml"))),
              ElementsAre(HasSubstr("E-PRG-001")));
}

TEST(RuleFaults, TellWhatTheDoorWouldRefuse) {
  EXPECT_THAT(faults_in(example("\"Bright Points\"", "\"mail@example.org\"")),
              ElementsAre(testing::AllOf(HasSubstr("E-PRG-030"), HasSubstr("PERSONAL_DATA"),
                                         HasSubstr("grocer-bpts.toml:8:1"))));
}

TEST(RuleFaults, WarnOfTheExample) {
  const auto file = read_whole_programme(repository_file("config/grocer-bpts.toml"));
  ASSERT_TRUE(file.has_value());

  std::vector<std::string> lines;
  for (const PlacedWarning& each : placed(rules::warnings(file->programme), file->places))
    lines.push_back(each.where.substr(each.where.find(".toml") + 5) + " " + each.warning.why);

  const std::string text = text_of_file("config/grocer-bpts.toml");
  const auto at = [&](const char* needle) { return testing::StartsWith(stands_at(text, needle)); };
  EXPECT_THAT(lines, testing::IsSupersetOf(
                         {testing::AllOf(at("pending = \"14d\""), HasSubstr("with transfers")),
                          testing::AllOf(at("pending = \"14d\""), HasSubstr("AT_REVIEW")),
                          testing::AllOf(at("pending = \"14d\""), HasSubstr("\"week_streak\"")),
                          testing::AllOf(at("when = '\"founders"), HasSubstr("no"))}));
}

TEST(RuleFaults, CheckCampaignsWithinTheirProgramme) {
  const Programme programme =
      config::read_programme(repository_file("config/programme-grocer.toml")).programme;
  const auto of_file = [&](const std::string& text) {
    const auto merged = with_campaigns(programme, config::parse_campaigns(text, "c.toml"));
    return merged ? std::vector<std::string>() : lines_of(merged.error());
  };
  const std::string head = "format = 1\nprogramme = \"grocer\"\n[[campaign]]\non = \"PURCHASE\"\n";

  EXPECT_THAT(of_file(text_of_file("config/campaigns/summer-breakfast.toml")), IsEmpty());
  EXPECT_THAT(of_file(head + "id = \"x\"\naward = 'tx.total % 2'\n"),
              ElementsAre(testing::AllOf(HasSubstr("E-RUL-016"), HasSubstr("c.toml:6:19"))));
  EXPECT_THAT(of_file(head + "id = \"x\"\naward = '1'\ngroup = \"promo\"\n"),
              ElementsAre(testing::AllOf(HasSubstr("a [[group]]"), HasSubstr("c.toml:7:1"))));
  EXPECT_THAT(of_file("format = 1\nprogramme = \"books\"\n[[campaign]]\non = \"ENROL\"\n"
                      "id = \"x\"\naward = '1'\n"),
              ElementsAre(testing::AllOf(HasSubstr("E-CLI-014"), HasSubstr("c.toml:2:1"))));
  EXPECT_THAT(of_file(head + "id = \"x\"\n"), ElementsAre(HasSubstr("no award")));
}

TEST(RuleFaults, Rul06RefuseACampaignThatTheProgrammeHasAlready) {
  const std::string text = text_of_file("config/campaigns/summer-breakfast.toml");
  const config::CampaignFile file = config::parse_campaigns(text, "c.toml");
  const auto once = with_campaigns(
      config::read_programme(repository_file("config/programme-grocer.toml")).programme, file);
  ASSERT_TRUE(once.has_value());

  const auto twice = with_campaigns(*once, file);

  ASSERT_FALSE(twice.has_value());
  EXPECT_THAT(lines_of(twice.error()), ElementsAre(HasSubstr("each id once; at c.toml")));
}

TEST(RuleFaults, StandEachInTheDocumentation) {
  const std::string text = text_of_file("docs/cli.md");
  const std::vector<FaultKind> kinds = rule_fault_kinds();

  EXPECT_THAT(kinds, SizeIs(31));
  for (const FaultKind& kind : kinds)
    EXPECT_THAT(text, HasSubstr("| E-" + std::string(kind.number) + " | 2 | " +
                                std::string(kind.what) + " |"));
}

}  // namespace
}  // namespace tally::app
