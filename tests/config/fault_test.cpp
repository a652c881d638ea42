// Faults as text, and their numbers.
#include <tally/config/fault.h>

#include <gtest/gtest.h>
#include <set>

namespace tally::config {
namespace {

constexpr FaultKind kKind{"CFG-012", ExitCode::Configuration, "unknown key"};

TEST(Fault, HasTheLineOfTheDesign) {
  const Fault fault{kKind, "\"lisen\"", "a known key", "node.toml:12:1", "write \"listen\""};

  EXPECT_EQ(line_of(fault),
            "error E-CFG-012: unknown key; got \"lisen\"; expected a known key; at node.toml:12:1; "
            "fix: write \"listen\"");
}

TEST(Fault, LeavesOutWhatItDoesNotKnow) {
  EXPECT_EQ(line_of(Fault{kKind, "", "", "a:1:2", ""}), "error E-CFG-012: unknown key; at a:1:2");
}

TEST(Fault, IsOneJsonObject) {
  const Fault fault{kKind, "\"a\\b\"\n", "", "node.toml:1:1", ""};

  EXPECT_EQ(json_of(fault),
            R"({"code":"E-CFG-012","exit":3,"what":"unknown key","got":"\"a\\b\"\u000a",)"
            R"("at":"node.toml:1:1"})");
}

TEST(Fault, TheFirstDecidesTheExitCode) {
  const FaultKind second{"GEN-012", ExitCode::Genesis, "unknown field"};

  EXPECT_EQ(exit_code_of({}), ExitCode::Well);
  EXPECT_EQ(exit_code_of({Fault{second, "", "", "", ""}, Fault{kKind, "", "", "", ""}}),
            ExitCode::Genesis);
}

TEST(Fault, NoNumberIsGivenTwice) {
  std::set<std::string_view> numbers;

  for (const FaultKind& kind : fault_kinds())
    EXPECT_TRUE(numbers.insert(kind.number).second) << kind.number;
  EXPECT_GT(numbers.size(), 60U);
}

}  // namespace
}  // namespace tally::config
