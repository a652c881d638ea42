// Runs every story of tests/scenarios; each file is a test of its own.
#include "scenarios/story.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/places.h"

namespace tally::scenario {
namespace {

const std::string kFolder = test::tests_folder() + "/scenarios";

/// Paths below the folder, sorted.
std::vector<std::string> story_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kFolder))
    if (entry.path().extension() == ".story")
      files.push_back(std::filesystem::relative(entry.path(), kFolder).string());
  std::sort(files.begin(), files.end());
  return files;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param.substr(0, info.param.rfind('.'));
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

class Stories : public testing::TestWithParam<std::string> {};

TEST_P(Stories, GoAsTheyAreTold) {
  std::ifstream in(kFolder + "/" + GetParam(), std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();

  const Result<Story> story = read_story(GetParam(), text.str());
  ASSERT_TRUE(story.ok()) << story.error().message;
  const std::optional<std::string> failure = run_story(*story);

  EXPECT_FALSE(failure.has_value()) << *failure;
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Stories, testing::ValuesIn(story_files()), test_name);

}  // namespace
}  // namespace tally::scenario
