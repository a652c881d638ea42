// The log: levels, one line an event, and a file that does not open.
#include <tally/base/log.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::log {
namespace {

std::string contents_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(Log, WritesLinesFromItsLevelOnAndReadsNoFormat) {
  const std::string path = testing::TempDir() + "tally_log_test.log";
  std::filesystem::remove(path);

  ASSERT_TRUE(start(Level::Info, path).ok());
  debug("left_out");
  info("node_started height=7");
  warning("odd text={} %s");
  const std::string text = contents_of(path);
  ASSERT_TRUE(start(Level::Warning, "").ok());

  EXPECT_THAT(text, testing::Not(testing::HasSubstr("left_out")));
  EXPECT_THAT(text, testing::HasSubstr("Z info node_started height=7\n"));
  EXPECT_THAT(text, testing::HasSubstr("Z warning odd text={} %s\n"));
}

TEST(Log, RefusesAFileInAMissingFolderAndMakesNone) {
  const std::string folder = testing::TempDir() + "tally_log_test_missing";

  const Result<void> started = start(Level::Info, folder + "/node.log");

  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code, ErrorCode::Io);
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(Log, RefusesAFolderForAFile) {
  EXPECT_EQ(start(Level::Info, testing::TempDir()).error().code, ErrorCode::Io);
}

}  // namespace
}  // namespace tally::log
