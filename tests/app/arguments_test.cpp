// Arguments against a program's declaration: the rows CLI-01 to CLI-12, 28, 31, 40, 41.
#include "app/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <CLI/CLI.hpp>

namespace tally::app {
namespace {

using testing::HasSubstr;

class Arguments : public testing::Test {
 protected:
  Arguments() : program_("a test", "tool") {
    CLI::App* start = program_.add_subcommand("start", "starts");
    start->add_option("--config", config_)->required()->type_name("FILE");
    start->add_option("--endpoint", endpoints_)->allow_extra_args(false);
    start->add_flag("--fast", fast_);
    start->add_option("--data", data_)->type_name("JSON");
    CLI::App* keys = program_.add_subcommand("keys", "keys");
    CLI::App* made = keys->add_subcommand("new", "makes one");
    made->add_option("FILE", file_)->required();
  }

  std::string fault_of(const std::vector<std::string>& words) {
    const Asked asked = check_arguments(program_, words);
    return asked.fault ? config::line_of(*asked.fault) : "";
  }

  CLI::App program_;
  std::string config_;
  std::vector<std::string> endpoints_;
  std::string data_;
  std::string file_;
  bool fast_ = false;
};

TEST_F(Arguments, TakesWhatIsDeclared) {
  EXPECT_EQ(fault_of({"start", "--config", "a", "--fast", "--endpoint", "x:1", "--endpoint=y:2"}),
            "");
  EXPECT_EQ(fault_of({"keys", "new", "a.pem"}), "");
  EXPECT_EQ(fault_of({"keys", "new", "--", "--odd-name"}), "");
  EXPECT_EQ(fault_of({"start", "--config", "-5s"}), "") << "a value may begin with a minus";
}

TEST_F(Arguments, WantsACommand) {  // CLI-01
  EXPECT_THAT(fault_of({}), HasSubstr("E-CLI-001: no command; expected one of the commands of"));
  EXPECT_THAT(fault_of({"keys"}), HasSubstr("fix: see tool keys --help"));
}

TEST_F(Arguments, KnowsWhatWasMeant) {  // CLI-02, CLI-03
  EXPECT_THAT(fault_of({"strat"}), HasSubstr("got \"strat\"; did you mean 'start'?"));
  EXPECT_THAT(fault_of({"start", "--confg", "x"}), HasSubstr("write \"--config\""));
  EXPECT_THAT(fault_of({"zzzzzzz"}), HasSubstr("E-CLI-002"));
}

TEST_F(Arguments, LeavesAnOptionOfItsNameToACommand) {
  std::uint32_t version = 0;
  program_.add_subcommand("show", "shows")->add_option("--version", version);

  EXPECT_FALSE(check_arguments(program_, {"show", "--version", "3"}).version);
  EXPECT_EQ(fault_of({"show", "--version", "3"}), "");
  EXPECT_TRUE(check_arguments(program_, {"--version"}).version);
  EXPECT_TRUE(check_arguments(program_, {"start", "--version"}).version);
}

TEST_F(Arguments, NeverLetsTheLastOneWin) {  // CLI-04
  EXPECT_THAT(fault_of({"start", "--config", "a", "--config", "b"}),
              HasSubstr("E-CLI-004: option given twice; got --config given twice"));
  EXPECT_THAT(fault_of({"start", "--fast", "--fast"}), HasSubstr("E-CLI-004"));
}

TEST_F(Arguments, RefusesEmptyMissingAndExtraValues) {  // CLI-05, CLI-06
  EXPECT_THAT(fault_of({"start", "--config="}), HasSubstr("E-CLI-005"));
  EXPECT_THAT(fault_of({"start", "--config", ""}), HasSubstr("E-CLI-005"));
  EXPECT_THAT(fault_of({"start", "--config"}), HasSubstr("E-CLI-007"));
  EXPECT_THAT(fault_of({"start", "--config", "--fast"}), HasSubstr("E-CLI-007"));
  EXPECT_THAT(fault_of({"start", "--config", "a", "foo"}), HasSubstr("E-CLI-006"));
  EXPECT_THAT(fault_of({"start", "--config", "a", "--fast=yes"}), HasSubstr("E-CLI-006"));
  EXPECT_THAT(fault_of({"start"}),
              HasSubstr("E-CLI-008: required option missing; expected --config"));
  EXPECT_THAT(fault_of({"keys", "new", "a", "b"}), HasSubstr("E-CLI-006"));
}

TEST_F(Arguments, HelpAndVersionAreSeenBesideMistakes) {  // CLI-07
  const Asked asked = check_arguments(program_, {"keys", "--bad", "--help", "--json-errors"});

  EXPECT_TRUE(asked.help);
  EXPECT_TRUE(asked.json_errors);
  EXPECT_EQ(full_name(*asked.command), "tool keys");
  EXPECT_FALSE(check_arguments(program_, {"start", "--", "--help"}).help);
}

TEST_F(Arguments, ShowsWhatCameInWithCare) {  // CLI-12, CLI-40, CLI-41
  EXPECT_THAT(fault_of({"start", "--config", "a\nb"}), HasSubstr("\"a\\x0ab\""));
  EXPECT_EQ(fault_of({"start", "--config", "a", "--data", "{\n}"}), "") << "JSON has line ends";
  EXPECT_THAT(fault_of({"\x1b[2J"}), HasSubstr("\"\\x1b[2J\""));
  EXPECT_LT(fault_of({std::string(1 << 20, 'x')}).size(), 200U);
}

TEST_F(Arguments, TakesNoSecretsAndNoDevelopmentSwitch) {  // CLI-28, CLI-31
  EXPECT_THAT(fault_of({"start", "--key-pass", "hunter2"}),
              testing::AllOf(HasSubstr("E-CLI-012"), testing::Not(HasSubstr("hunter2"))));
  EXPECT_THAT(fault_of({"start", "--dev"}), HasSubstr("genesis says `development`"));
}

}  // namespace
}  // namespace tally::app
