// Processes.
#include "app/process.h"

#include <tally/config/text.h>

#include "app/files.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tally::app {
namespace {

struct ProcessState {
  char state = 'X';
  std::uint64_t started = 0;
};

/// Of /proc/PID/stat: what stands after the name, which may hold anything but ends with the last ).
std::optional<ProcessState> state_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::stringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  const std::size_t close = all.rfind(')');
  if (close == std::string::npos) return std::nullopt;
  std::istringstream rest(all.substr(close + 1));
  ProcessState state;
  rest >> state.state;
  std::string skipped;
  for (int field = 4; field < 22; ++field)
    rest >> skipped;
  rest >> state.started;
  if (!rest) return std::nullopt;
  return state;
}

/// posix_spawn's two objects, released at the end of the scope.
class SpawnPlan {
 public:
  explicit SpawnPlan(const std::string& log_file) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, 1, log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                     0600);
    posix_spawn_file_actions_adddup2(&actions_, 1, 2);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

OrFaults<ProcessId> start_process(const std::vector<std::string>& words,
                                  const std::string& log_file) {
  std::vector<std::string> copies = words;
  std::vector<char*> arguments;
  for (std::string& word : copies)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const SpawnPlan plan(log_file);
  ProcessId process;
  const int error = posix_spawn(&process.pid, words.front().c_str(), plan.actions(),
                                plan.attributes(), arguments.data(), environ);
  if (error != 0)
    return config::fail(Fault{kCannotRun, std::strerror(error), "",
                              config::shown_path(words.front()),
                              "build it, or name it with --tallyd"});
  const std::optional<ProcessState> state = state_of(process.pid);
  process.started = state ? state->started : 0;
  return process;
}

bool is_running(const ProcessId& process) {
  if (process.pid <= 0) return false;
  const std::optional<ProcessState> state = state_of(process.pid);
  return state && state->started == process.started && state->state != 'Z' && state->state != 'X';
}

bool signal_process(const ProcessId& process, int signal) {
  return is_running(process) && kill(process.pid, signal) == 0;
}

int wait_for_child(const ProcessId& process) {
  int status = 0;
  while (waitpid(process.pid, &status, 0) < 0)
    if (errno != EINTR) return 255;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void reap_children() {
  while (waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

std::string program_beside(const std::string& name) {
  std::error_code error;
  const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe", error);
  return (own.parent_path() / name).string();
}

std::string last_lines(const std::string& path, std::size_t lines) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  std::size_t at = all.size();
  for (std::size_t i = 0; i <= lines && at != std::string::npos && at > 0; ++i)
    at = all.rfind('\n', at - 1);
  return at == std::string::npos || at == 0 ? all : all.substr(at + 1);
}

}  // namespace tally::app
