// tally_sim: runs seeds, replays one, or searches the seed that finds a planted bug.
#include <tally/base/canary.h>
#include <tally/base/log.h>

#include "simulation/outcome.h"
#include "simulation/plan.h"
#include "simulation/plan_text.h"
#include "simulation/shrink_run.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace tally::sim {
namespace {

struct Arguments {
  std::uint64_t first = 1;
  std::uint64_t seeds = 100;
  std::uint64_t step = 1;
  std::optional<std::uint64_t> seed;
  std::size_t nodes = 4;
  std::size_t twins = 0;
  std::size_t views = 0;
  std::uint64_t window = 1;
  unsigned level2_percent = 0;
  std::string plan;    ///< a file
  std::string shrink;  ///< a file
  unsigned jobs = 1;
  int canary = 0;
  int find_canary = 0;
  bool trace = false;
  bool progress = false;
  std::string check_canaries;
  std::string expect;  ///< an oracle that has to fail
  std::string tally;
  std::string commit = "unknown";

  [[nodiscard]] PlanOptions world() const { return {nodes, twins, views, window, level2_percent}; }
};

/// What a job tells of its seeds.
struct Sum {
  std::uint64_t seeds = 0;
  std::uint64_t failed = 0;
  std::uint64_t expected = 0;  ///< by the oracle that was named
  std::uint64_t virtual_ms = 0;
  std::uint64_t events = 0;
  std::uint64_t blocks = 0;
  double cpu_seconds = 0;
  Coverage seen{};
  KindCounts accepted{};
};

template <std::size_t kSize>
void add_to(std::array<std::uint64_t, kSize>& sum, const std::array<std::uint64_t, kSize>& more) {
  for (std::size_t i = 0; i < kSize; ++i)
    sum[i] += more[i];
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// A CHECK that fails, or a bad access, ends the process: its last words name the seed.
std::array<char, 256> last_words{};
int last_status = 1;

void on_abort(int /*signal*/) {
  std::size_t size = 0;
  while (size < last_words.size() && last_words[size] != '\0')
    ++size;
  (void)!write(STDOUT_FILENO, last_words.data(), size);
  _exit(last_status);
}

std::string replay(const Arguments& arguments, std::uint64_t seed) {
  if (!arguments.plan.empty()) return "tally_sim --plan " + arguments.plan + " --trace";
  std::string text = "tally_sim --nodes " + std::to_string(arguments.nodes);
  if (arguments.twins > 0) text += " --twins " + std::to_string(arguments.twins);
  if (arguments.views > 0) text += " --views " + std::to_string(arguments.views);
  if (arguments.window > 1) text += " --window " + std::to_string(arguments.window);
  if (arguments.level2_percent > 0) text += " --level2 " + std::to_string(arguments.level2_percent);
  if (arguments.canary != 0) text += " --canary " + std::to_string(arguments.canary);
  return text + " --seed " + std::to_string(seed) + " --trace";
}

void prepare_last_words(const Arguments& arguments, std::uint64_t seed) {
  std::snprintf(last_words.data(), last_words.size(),
                "SIM FAIL oracle=CHECK seed=%llu commit=%s\n  replay: %s\n",
                static_cast<unsigned long long>(seed), arguments.commit.c_str(),
                replay(arguments, seed).c_str());
}

void print_failure(const Arguments& arguments, const Plan& plan, const RunOutcome& outcome) {
  std::printf("SIM FAIL oracle=%s seed=%llu commit=%s at_us=%llu\n  %s\n  replay: %s\n",
              outcome.failure->oracle.c_str(), static_cast<unsigned long long>(plan.seed),
              arguments.commit.c_str(), static_cast<unsigned long long>(outcome.ended),
              outcome.failure->what.c_str(), replay(arguments, plan.seed).c_str());
  std::printf("  world: %s\n", describe(plan).c_str());
  for (const std::string& line : outcome.state)
    std::printf("  %s\n", line.c_str());
  std::fflush(stdout);
}

/// The outcome of `seed`; one in a hundred runs twice, and has to come to the same trace.
RunOutcome run_seed(const Arguments& arguments, std::uint64_t seed, const Plan& plan) {
  prepare_last_words(arguments, seed);
  const RunOptions options{.trace = arguments.trace};
  RunOutcome outcome = run(plan, options);
  if (seed % 100 == 0 && !outcome.failure.has_value()) {
    const RunOutcome again = run(plan, options);
    if (again.trace != outcome.trace)
      outcome.failure = Failure{"D1", "the same seed came to another trace"};
  }
  return outcome;
}

Sum run_job(const Arguments& arguments, unsigned job) {
  Sum sum;
  const double before = cpu_seconds();
  for (std::uint64_t nth = job; nth < arguments.seeds; nth += arguments.jobs) {
    const std::uint64_t seed = arguments.first + nth * arguments.step;
    const Plan plan = draw_plan(seed, arguments.world());
    const RunOutcome outcome = run_seed(arguments, seed, plan);
    ++sum.seeds;
    sum.virtual_ms += outcome.ended / kMillisecond;
    sum.events += outcome.events;
    sum.blocks += outcome.height;
    add_to(sum.seen, outcome.seen);
    add_to(sum.accepted, outcome.accepted);
    if (outcome.failure.has_value()) {
      ++sum.failed;
      if (arguments.find_canary == 0 && arguments.expect.empty())
        print_failure(arguments, plan, outcome);
      if (outcome.failure->oracle == arguments.expect) {
        ++sum.expected;
        break;
      }
      if (arguments.find_canary != 0) {
        std::printf("canary %d found by oracle %s: seed %llu nodes %zu window %llu\n",
                    arguments.find_canary, outcome.failure->oracle.c_str(),
                    static_cast<unsigned long long>(seed), arguments.nodes,
                    static_cast<unsigned long long>(arguments.window));
        break;
      }
    }
    if (arguments.progress && sum.seeds % 500 == 0) {
      std::printf("%llu seeds, %llu failed, %.0f s\n", static_cast<unsigned long long>(sum.seeds),
                  static_cast<unsigned long long>(sum.failed), cpu_seconds() - before);
      std::fflush(stdout);
    }
  }
  sum.cpu_seconds = cpu_seconds() - before;
  return sum;
}

/// Each job in a process of its own; what it found comes back through a pipe.
Sum run_jobs(const Arguments& arguments) {
  if (arguments.jobs == 1) return run_job(arguments, 0);
  std::vector<int> pipes;
  for (unsigned job = 0; job < arguments.jobs; ++job) {
    std::array<int, 2> ends{};
    CHECK(pipe(ends.data()) == 0);
    std::fflush(stdout);
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
      const Sum sum = run_job(arguments, job);
      (void)!write(ends[1], &sum, sizeof(sum));
      _exit(0);
    }
    close(ends[1]);
    pipes.push_back(ends[0]);
  }
  Sum all;
  for (const int end : pipes) {
    Sum sum;
    if (read(end, &sum, sizeof(sum)) != sizeof(sum)) sum.failed = 1;  // a CHECK ended it
    close(end);
    all.seeds += sum.seeds;
    all.expected += sum.expected;
    all.failed += sum.failed;
    all.virtual_ms += sum.virtual_ms;
    all.events += sum.events;
    all.blocks += sum.blocks;
    all.cpu_seconds += sum.cpu_seconds;
    add_to(all.seen, sum.seen);
    add_to(all.accepted, sum.accepted);
  }
  while (wait(nullptr) > 0) {
  }
  return all;
}

void report(const Arguments& arguments, const Sum& sum) {
  const double hours = static_cast<double>(sum.virtual_ms) / 3'600'000;
  const double rate = sum.cpu_seconds > 0 ? hours / (sum.cpu_seconds / 60) : 0;
  std::string seen;
  for (std::size_t i = 0; i < sum.seen.size(); ++i)
    seen += " " + std::string(name_of(static_cast<Seen>(i))) + "=" + std::to_string(sum.seen[i]);
  std::string accepted;
  for (std::size_t i = 0; i < sum.accepted.size(); ++i)
    accepted += " " + std::string(name_of(all_kinds()[i])) + "=" + std::to_string(sum.accepted[i]);
  std::printf(
      "seeds=%llu failed=%llu nodes=%zu blocks=%llu virtual_hours=%.2f cpu_s=%.1f "
      "hours_per_cpu_minute=%.2f\nsometimes:%s\naccepted:%s\n",
      static_cast<unsigned long long>(sum.seeds), static_cast<unsigned long long>(sum.failed),
      arguments.nodes, static_cast<unsigned long long>(sum.blocks), hours, sum.cpu_seconds, rate,
      seen.c_str(), accepted.c_str());
  if (arguments.tally.empty()) return;
  std::ofstream file(arguments.tally, std::ios::app);
  file << "commit=" << arguments.commit << " first=" << arguments.first << " seeds=" << sum.seeds
       << " nodes=" << arguments.nodes << " twins=" << arguments.twins
       << " seeds_per_cpu_s=" << static_cast<double>(sum.seeds) / sum.cpu_seconds
       << " hours_per_cpu_minute=" << rate << " failed=" << sum.failed << "\n";
}

#ifdef TALLY_CANARIES
constexpr int kFound = 10;
constexpr int kAborted = 11;

/// A planted bug, and the seed and oracle that found it.
struct Canary {
  int number = 0;
  std::string oracle;
  std::uint64_t seed = 0;
  PlanOptions world;
};

/// `canary oracle seed nodes`, and then `window 2` or `level2`; nullopt: it is not that.
std::optional<Canary> canary_from(const std::string& line) {
  Canary canary;
  std::istringstream words(line);
  words >> canary.number >> canary.oracle >> canary.seed >> canary.world.nodes;
  if (words.fail()) return std::nullopt;
  for (std::string word; words >> word;) {
    if (word == "window" && words >> canary.world.window) continue;
    if (word != "level2") return std::nullopt;
    canary.world.level2_percent = 100;
  }
  return canary;
}

/// Whether its oracle still finds it; in a process of its own, since a CHECK may end it.
bool finds(const Canary& canary) {
  std::fflush(stdout);
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    last_words.fill('\0');
    last_status = kAborted;
    planted_canary = canary.number;
    const RunOutcome outcome = run(draw_plan(canary.seed, canary.world), {});
    _exit(outcome.failure.has_value() && outcome.failure->oracle == canary.oracle ? kFound : 0);
  }
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) && WEXITSTATUS(status) == (canary.oracle == "CHECK" ? kAborted : kFound);
}

/// # begins a comment.
int check_canaries(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  int missed = 0;
  int checked = 0;
  while (std::getline(file, line)) {
    if (line.empty() || line.front() == '#') continue;
    const std::optional<Canary> canary = canary_from(line);
    ++checked;
    if (!canary.has_value() || !finds(*canary)) {
      ++missed;
      std::printf("not found any more: %s\n", line.c_str());
    }
  }
  std::printf("%d planted bugs, %d not found\n", checked, missed);
  return checked > 0 && missed == 0 ? 0 : 1;
}
#endif

/// The one plan to run: a seed's, or a file's.
Result<Plan> plan_of(const Arguments& arguments) {
  if (arguments.plan.empty()) return draw_plan(*arguments.seed, arguments.world());
  std::ifstream file(arguments.plan);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (text.empty()) return malformed("no such file, or nothing in it");
  return plan_from_text(text);
}

int run_program(const Arguments& arguments) {
  // On a stack of its own: what ends the process may be a recursion without end.
  static std::array<char, 1 << 16> stack;
  stack_t signal_stack{};
  signal_stack.ss_sp = stack.data();
  signal_stack.ss_size = stack.size();
  sigaltstack(&signal_stack, nullptr);
  struct sigaction action {};
  action.sa_handler = on_abort;
  action.sa_flags = SA_ONSTACK;
  sigaction(SIGABRT, &action, nullptr);
  sigaction(SIGSEGV, &action, nullptr);
#ifdef TALLY_CANARIES
  if (arguments.find_canary != 0 || arguments.expect == "CHECK") last_status = 0;
  planted_canary = arguments.find_canary != 0 ? arguments.find_canary : arguments.canary;
  if (!arguments.check_canaries.empty()) return check_canaries(arguments.check_canaries);
#else
  if (!arguments.check_canaries.empty() || arguments.canary != 0 || arguments.find_canary != 0) {
    std::fprintf(stderr, "this build has no canaries; use tally_sim_canary\n");
    return 2;
  }
#endif
  if (arguments.seed.has_value() || !arguments.plan.empty()) {
    const Result<Plan> planned = plan_of(arguments);
    if (!planned.ok()) {
      std::fprintf(stderr, "%s: %s\n", arguments.plan.c_str(), planned.error().message.c_str());
      return 2;
    }
    const Plan& plan = *planned;
    if (!arguments.shrink.empty()) {
      std::string program = "tally_sim";
      if (arguments.canary != 0) program += "_canary --canary " + std::to_string(arguments.canary);
      return shrink_and_tell(plan, program, arguments.shrink) ? 1 : 0;
    }
    std::printf("world: %s\n", describe(plan).c_str());
    std::fflush(stdout);
    const RunOutcome outcome = run_seed(arguments, plan.seed, plan);
    if (outcome.failure.has_value()) {
      print_failure(arguments, plan, outcome);
    } else {
      for (const std::string& line : outcome.state)
        std::printf("  %s\n", line.c_str());
    }
    std::printf("trace=%016llx height=%llu ended_us=%llu\n",
                static_cast<unsigned long long>(outcome.trace),
                static_cast<unsigned long long>(outcome.height),
                static_cast<unsigned long long>(outcome.ended));
    if (!arguments.expect.empty())
      return outcome.failure.has_value() && outcome.failure->oracle == arguments.expect ? 0 : 1;
    return outcome.failure.has_value() ? 1 : 0;
  }
  const Sum sum = run_jobs(arguments);
  report(arguments, sum);
  if (!arguments.expect.empty()) return sum.expected > 0 ? 0 : 1;
  if (arguments.find_canary != 0) return sum.failed > 0 ? 0 : 1;
  return sum.failed > 0 ? 1 : 0;
}

}  // namespace
}  // namespace tally::sim

int main(int argc, char** argv) {
  tally::sim::Arguments arguments;
  CLI::App app(
      "Runs a whole consortium in one thread, over a virtual network, disk and clock; a "
      "seed decides everything (tests/simulation/README.md).");
  app.add_option("--seeds", arguments.seeds, "how many seeds to run");
  app.add_option("--first", arguments.first, "the first of them");
  app.add_option("--step", arguments.step, "from each to the next one: of a kind of seeds alone")
      ->check(CLI::Range(1, 64));
  app.add_option("--seed", arguments.seed, "replay this one alone");
  app.add_option("--nodes", arguments.nodes, "nodes of the consortium")->check(CLI::Range(4, 16));
  app.add_option("--twins", arguments.twins, "identities that run twice")->check(CLI::Range(0, 8));
  app.add_option("--views", arguments.views,
                 "steer --twins in so many views, and let nothing else go wrong; of one twin the "
                 "seeds from 0 on are all scenarios")
      ->check(CLI::Range(0, 8));
  app.add_option("--window", arguments.window, "heights that may be open at once")
      ->check(CLI::Range(1, 8));
  app.add_option("--level2", arguments.level2_percent,
                 "percent of the seeds that keep their ledgers in a real RocksDB")
      ->check(CLI::Range(0, 100));
  app.add_option("--plan", arguments.plan, "run the plan in this file");
  app.add_option("--shrink", arguments.shrink,
                 "shrink the failing --seed or --plan into this file, and tell its story");
  app.add_option("--jobs", arguments.jobs, "processes")->check(CLI::Range(1, 64));
  app.add_option("--canary", arguments.canary, "plant this bug");
  app.add_option("--find-canary", arguments.find_canary, "search the seed that finds it");
  app.add_option("--check-canaries", arguments.check_canaries,
                 "that each seed in this file still finds its planted bug");
  app.add_option("--tally", arguments.tally, "append a line about the run to this file");
  app.add_option("--commit", arguments.commit, "what the line says was run");
  app.add_flag("--trace", arguments.trace, "print every event");
  app.add_flag("--progress", arguments.progress, "a line every 500 seeds");
  app.add_option("--expect", arguments.expect, "exit 0 if this oracle fails some seed, else 1");
  CLI11_PARSE(app, argc, argv);
  if (arguments.views > 0 && arguments.twins == 0) arguments.twins = 1;
  return tally::sim::run_program(arguments);
}
