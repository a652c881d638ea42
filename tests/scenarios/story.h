// A story: a text file of steps, read as a whole before the first one runs.
#pragma once

#include "scenarios/liars.h"

namespace tally::scenario {

struct Step {
  std::size_t line = 0;
  std::string text;
  Action act;
};

struct Story {
  std::string file;
  std::string subject;  ///< its first comment
  consensus::Epoch epoch;
  std::vector<Step> steps;
};

/// Malformed, as `file:line: expected ..., found ...`. A story has a first comment that says what
/// it is about, then its setting, and at least one claim. At most 400 lines.
[[nodiscard]] Result<Story> read_story(const std::string& file, std::string_view text);

/// nullopt: every claim held. Else file and line, what was claimed, what was found, where the nodes
/// stood, and the message sequence chart.
[[nodiscard]] std::optional<std::string> run_story(const Story& story);

}  // namespace tally::scenario
