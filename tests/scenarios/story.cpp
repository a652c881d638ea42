// Reads a story's setting and steps, and runs them.
#include "scenarios/story.h"

#include "scenarios/commands.h"

namespace tally::scenario {
namespace {

constexpr std::size_t kLinesMax = 400;
constexpr std::size_t kNodesMax = 16;
constexpr std::size_t kChartRows = 60;

std::string where(const std::string& file, std::size_t line) {
  return file + ":" + std::to_string(line) + ": ";
}

/// `nodes 5`, `window 4`, ... True: the line was about the setting.
bool read_setting(Words& words, Epoch& epoch) {
  if (words.take("window")) {
    epoch.window = words.number("a window", 64);
    if (epoch.window == 0) words.fail("a window of 1 or more");
  } else if (words.take("idle")) {
    epoch.idle_block = Duration(words.span("the time of an idle block"));
  } else if (words.take("timeout")) {
    epoch.request_timeout = Duration(words.span("a timeout"));
    if (words.take("max")) epoch.timeout_max = Duration(words.span("a timeout"));
  } else if (words.take("rotation")) {
    if (words.sees_number()) {
      epoch.rotation_heights = words.number("heights", 1'000'000);
      words.expect("heights");
    } else {
      epoch.rotation = Duration(words.span("a turn"));
    }
  } else if (words.take("clock-bound")) {
    epoch.clock_bound = Duration(words.span("a bound"));
  } else {
    return false;
  }
  return true;
}

struct Reader {
  Story story;
  bool is_set = false;  ///< the setting is over
  bool has_nodes = false;
  bool claims = false;

  Result<void> read_line(std::size_t number, std::string line) {
    if (line.starts_with("#") && story.subject.empty())
      story.subject = line.substr(std::min(line.find_first_not_of("# "), line.size()));
    line.resize(std::min(line.find('#'), line.size()));
    line.erase(line.find_last_not_of(" \r") + 1);
    if (line.empty()) return {};
    const auto fault = [this, number](const std::string& what) {
      return malformed(where(story.file, number) + what);
    };
    if (story.subject.empty()) return fault("expected a comment that says what the story is about");

    Words words(line, story.epoch.validators.size());
    if (!has_nodes) {
      words.expect("nodes");
      const std::uint64_t nodes = words.number("how many nodes", kNodesMax);
      words.end();
      if (nodes == 0) words.fail("1 node or more");
      if (words.error().has_value()) return fault(*words.error());
      story.epoch = test::an_epoch(nodes);
      has_nodes = true;
      return {};
    }
    if (!is_set && read_setting(words, story.epoch)) {
      words.end();
      return words.error().has_value() ? Result<void>(fault(*words.error())) : Result<void>();
    }
    is_set = true;
    for (const char* how : {"expect", "await", "always"})
      claims = claims || words.sees(how);
    Action act = read_command(words);
    if (words.error().has_value()) return fault(*words.error());
    story.steps.push_back(Step{number, std::move(line), std::move(act)});
    return {};
  }
};

std::string report(const Story& story, const Step& step, const World& world,
                   const std::string& found) {
  return where(story.file, step.line) + step.text + "\n  found: " + found + "\nat " +
         std::to_string(world.now()) + " ms, in the story of: " + story.subject + "\n" +
         world.describe() + world.chart.draw(kChartRows);
}

}  // namespace

Result<Story> read_story(const std::string& file, std::string_view text) {
  Reader reader;
  reader.story.file = file;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (++number > kLinesMax) return malformed(where(file, number) + "expected at most 400 lines");
    TRY_VOID(reader.read_line(number, std::string(text.substr(0, end))));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!reader.claims)
    return malformed(where(file, number) + "expected a claim: a story without one cannot fail");
  return std::move(reader.story);
}

std::optional<std::string> run_story(const Story& story) {
  World world(story.epoch);
  for (const Step& step : story.steps) {
    world.chart.tell(world.now(), std::to_string(step.line) + ": " + step.text);
    const Outcome failed = step.act(world);
    // What an oracle saw comes first: it says why the claim does not hold.
    if (world.broken().has_value()) return report(story, step, world, *world.broken());
    if (failed.has_value()) return report(story, step, world, *failed);
  }
  return std::nullopt;
}

}  // namespace tally::scenario
