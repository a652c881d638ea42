// The language of stories: what it refuses and with which words, and what a failure shows.
#include "scenarios/story.h"

#include <gtest/gtest.h>

#include <sstream>

namespace tally::scenario {
namespace {

std::string error_of(const std::string& text) {
  const Result<Story> story = read_story("a.story", text);
  return story.ok() ? "no error" : story.error().message;
}

std::string failure_of(const std::string& text) {
  const Result<Story> story = read_story("a.story", text);
  if (!story.ok()) return story.error().message;
  return run_story(*story).value_or("no failure");
}

TEST(StoryLanguage, NamesFileLineAndWhatItExpected) {
  EXPECT_EQ(error_of("# x\nnodes 4\ncut 4\nexpect view 0 at all\n"),
            "a.story:3: expected the nodes to cut off, a node from 0 to 3, found \"4\"");
  EXPECT_EQ(error_of("# x\nnodes 4\nrun 5 parsecs\n"),
            "a.story:3: expected a span as 500ms, 2s or 10min, at most a day, found \"5\"");
  EXPECT_EQ(error_of("# x\nnodes 4\nexpect view 0 at all please\n"),
            "a.story:3: expected the end of the line, found \"please\"");
  EXPECT_EQ(error_of("# x\nwindow 4\n"), "a.story:2: expected \"nodes\", found \"window\"");
}

TEST(StoryLanguage, RefusesStoriesThatCannotFailOrHaveNoSubject) {
  EXPECT_EQ(error_of("# x\nnodes 4\nrun 5s\n"),
            "a.story:3: expected a claim: a story without one cannot fail");
  EXPECT_EQ(error_of("nodes 4\nexpect view 0 at all\n"),
            "a.story:1: expected a comment that says what the story is about");
}

TEST(StoryLanguage, ReadsSettingsOnlyBeforeTheFirstStep) {
  EXPECT_EQ(error_of("# x\nnodes 4\nwindow 4\nidle 10s\nexpect view 0 at all\n"), "no error");
  EXPECT_NE(error_of("# x\nnodes 4\nrun 1s\nwindow 4\nexpect view 0 at all\n").find("a.story:4: "),
            std::string::npos);
}

TEST(StoryLanguage, IsBounded) {
  std::string text = "# x\nnodes 4\n";
  for (int i = 0; i < 400; ++i)
    text += "run 1ms\n";
  EXPECT_EQ(error_of(text), "a.story:401: expected at most 400 lines");
  EXPECT_NE(error_of("# x\nnodes 17\n"), "no error");
}

TEST(StoryRun, SaysWhereItFailedAndDrawsTheMessages) {
  const std::string failure = failure_of(
      "# a quorum is cut off\nnodes 4\nrun 600ms\ncut 2 3\nsubmit A\n"
      "await executed 1 at 0 within 2s\n");

  EXPECT_EQ(failure.find("a.story:6: await executed 1 at 0 within 2s\n  found: node 0: executed 0"),
            0U)
      << failure;
  EXPECT_NE(failure.find("node 0       node 1"), std::string::npos) << failure;
  EXPECT_NE(failure.find("pre-prepare v0 h1"), std::string::npos) << failure;
  std::istringstream lines(failure);
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 100U) << line;
}

TEST(StoryRun, LetsLiarsSayNothingThatTheirKeysCannotSign) {
  EXPECT_NE(failure_of("# x\nnodes 4\nliar 0\nlet P be proposal A height 1\n"
                       "0 sends certificate prepare P to 1\nexpect view 0 at 1\n")
                .find("found: only 1 of 3 signatures were ever made"),
            std::string::npos);
  EXPECT_NE(failure_of("# x\nnodes 4\n0 sends garbage to 1\nexpect view 0 at 1\n")
                .find("found: node 0 is no liar"),
            std::string::npos);
}

TEST(StoryRun, FailsWhereANegatedClaimNamesNothing) {
  EXPECT_NE(
      failure_of("# x\nnodes 4\nexpect no prepare P by 1\n").find("found: nothing is called P"),
      std::string::npos);
}

TEST(StoryRun, HaltsAreFailuresUnlessTheyAreAllowed) {
  const std::string story =
      "# x\nnodes 4\nsubmit A\nexecutes-wrongly 3\nrun 3s\n"
      "expect executed at-least 1 at 0 1 2\n";
  EXPECT_NE(failure_of(story).find("found: node 3 halts: own header"), std::string::npos);
  EXPECT_EQ(failure_of("# x\nnodes 4\nmay-halt 3\n" + story.substr(12)), "no failure");
}

}  // namespace
}  // namespace tally::scenario
