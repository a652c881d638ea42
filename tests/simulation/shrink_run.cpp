// Trials in children, the story in words.
#include "simulation/shrink_run.h"

#include <tally/base/check.h>

#include "simulation/plan_text.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <type_traits>

namespace tally::sim {
namespace {

constexpr const char* kDied = "CHECK";
/// A trial that takes longer than any run is taken for one that does not fail.
constexpr unsigned kTrialSeconds = 60;

/// What a child writes into its pipe, in one piece.
struct Answer {
  bool failed = false;
  std::array<char, 16> oracle{};
  Micros ended = 0;
};
static_assert(std::is_trivially_copyable_v<Answer>);

[[noreturn]] void run_in_child(const Plan& plan, int pipe_end) {
  // The parent says what there is to say of a child that dies.
  std::signal(SIGABRT, SIG_DFL);
  CHECK(std::freopen("/dev/null", "w", stdout) != nullptr);
  CHECK(std::freopen("/dev/null", "w", stderr) != nullptr);
  alarm(kTrialSeconds);
  const RunOutcome outcome = run(plan, RunOptions());
  Answer answer;
  answer.ended = outcome.ended;
  if (outcome.failure.has_value()) {
    answer.failed = true;
    outcome.failure->oracle.copy(answer.oracle.data(), answer.oracle.size() - 1);
  }
  const bool is_written = write(pipe_end, &answer, sizeof(answer)) == sizeof(answer);
  _exit(is_written ? 0 : 1);
}

void print_story(const Plan& plan) {
  const RunOutcome outcome = run(plan, RunOptions{.trace = false, .story = true});
  for (const std::string& line : outcome.story)
    std::printf("  %s\n", line.c_str());
  if (outcome.failure.has_value())
    std::printf("  %llu ms  oracle %s: %s\n",
                static_cast<unsigned long long>(outcome.ended / kMillisecond),
                outcome.failure->oracle.c_str(), outcome.failure->what.c_str());
  for (const std::string& line : outcome.state)
    std::printf("  %s\n", line.c_str());
}

}  // namespace

Verdict run_apart(const Plan& plan) {
  std::array<int, 2> ends{};
  CHECK(pipe(ends.data()) == 0);
  std::fflush(nullptr);
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    close(ends[0]);
    run_in_child(plan, ends[1]);
  }
  close(ends[1]);
  Answer answer;
  const bool has_answered = read(ends[0], &answer, sizeof(answer)) == sizeof(answer);
  close(ends[0]);
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child);
  if (has_answered) return {answer.failed, answer.oracle.data(), answer.ended};
  const bool timed_out = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
  return {!timed_out, timed_out ? "" : kDied, kHorizon};
}

bool shrink_and_tell(const Plan& plan, const std::string& program, const std::string& file,
                     std::chrono::seconds time) {
  const Verdict first = run_apart(plan);
  if (!first.failed) {
    std::printf("nothing to shrink: no oracle fails\n");
    return false;
  }
  std::printf("oracle %s fails with %s; shrinking for at most %lld s\n", first.oracle.c_str(),
              size_of(plan).c_str(), static_cast<long long>(time.count()));
  std::fflush(stdout);
  const auto end = std::chrono::steady_clock::now() + time;
  const Trial trial = [&first](const Plan& candidate) -> std::optional<Micros> {
    const Verdict verdict = run_apart(candidate);
    if (verdict.failed && verdict.oracle == first.oracle) return verdict.ended;
    return std::nullopt;
  };
  const Shrunk shrunk =
      shrink(plan, trial, [end] { return std::chrono::steady_clock::now() >= end; });
  std::printf("after %zu trials%s: %s\n", shrunk.trials,
              shrunk.is_least ? ", none makes it smaller" : ", and time is over",
              size_of(shrunk.plan).c_str());

  std::ofstream out(file);
  out << "# Oracle " << first.oracle << "\n" << to_text(shrunk.plan);
  out.close();
  if (!out.good()) {
    std::printf("cannot write %s\n", file.c_str());
    return false;
  }
  std::fflush(stdout);
  if (first.oracle == kDied)
    std::printf("  its process dies of a CHECK; the replay shows the last events\n");
  else
    print_story(shrunk.plan);
  std::printf("replay: %s --plan %s --trace\n", program.c_str(), file.c_str());
  return true;
}

}  // namespace tally::sim
