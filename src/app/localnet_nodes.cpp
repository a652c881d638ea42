// Processes of a local network.
#include "app/localnet_nodes.h"

#include <tally/base/bytes.h>
#include <tally/config/text.h>

#include "app/connection.h"
#include "app/files.h"
#include "app/node_status.h"
#include "app/process.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>
#include <utility>

namespace tally::app {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kPause{100};

Clock::time_point deadline_of(Duration timeout) {
  return Clock::now() + std::chrono::milliseconds(timeout.milliseconds());
}

ProcessId process_of(const LocalNode& node) {
  return {node.pid, node.started};
}

std::string log_of(const Localnet& net, const LocalNode& node) {
  return folder_of(net, node) + "/log";
}

std::string name_of(const LocalNode& node) {
  return "node " + std::to_string(node.number);
}

Fault died(const Localnet& net, const LocalNode& node) {
  std::string last = last_lines(log_of(net, node), 1);
  while (!last.empty() && last.back() == '\n')
    last.pop_back();
  return Fault{kNodeDied, name_of(node) + ": " + config::shown_path(last), "a running node",
               config::shown_path(log_of(net, node)), "see what its log says"};
}

/// How the nodes that run stand together.
struct Standing {
  std::size_t running = 0;
  std::size_t answering = 0;
  std::size_t linked = 0;   ///< nodes with all their links
  std::size_t reached = 0;  ///< nodes that know the height
  Height least;

  [[nodiscard]] bool is_ready() const {
    return answering == running && linked == running && reached == running;
  }
  [[nodiscard]] std::string text() const {
    const std::string of = "/" + std::to_string(running);
    return "answering " + std::to_string(answering) + of + ", linked " + std::to_string(linked) +
           of + ", height " + std::to_string(least.value());
  }
};

Standing ask_all(const Localnet& net, const client::ClientSettings& settings, Height height) {
  Standing standing;
  for (const LocalNode& node : net.nodes)
    if (is_running(node)) ++standing.running;
  bool first = true;
  for (const LocalNode& node : net.nodes) {
    if (!is_running(node)) continue;
    const NodeAnswer answer = ask_status(settings, client_endpoint(node));
    if (!answer.status) continue;
    ++standing.answering;
    if (answer.status->connected + 1 >= standing.running) ++standing.linked;
    // A node may know of a certified height long before it has fetched and executed its way there.
    const Height stands = std::min(answer.status->stable, answer.status->executed);
    if (stands >= height) ++standing.reached;
    standing.least = first ? stands : std::min(standing.least, stands);
    first = false;
  }
  return standing;
}

}  // namespace

OrFaults<LocalnetLock> LocalnetLock::take(const std::string& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0) return LocalnetLock(descriptor);
  if (descriptor >= 0) close(descriptor);
  return config::fail(Fault{kLocalnetBusy, "another tally at work", "", config::shown_path(folder),
                            "wait until it has ended"});
}

LocalnetLock::LocalnetLock(LocalnetLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

LocalnetLock::~LocalnetLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool is_running(const LocalNode& node) {
  return is_running(process_of(node));
}

Faults init_node(const Localnet& net, const LocalNode& node, const std::string& tallyd) {
  const std::string folder = folder_of(net, node);
  std::error_code error;
  if (std::filesystem::exists(folder + "/data/FORMAT", error)) return {};
  std::filesystem::remove_all(folder + "/data", error);
  const OrFaults<ProcessId> process =
      start_process({tallyd, "init", "--config", folder + "/node.toml"}, log_of(net, node));
  if (!process) return process.error();
  if (wait_for_child(*process) == 0) return {};
  return {
      Fault{kNodeDied,
            name_of(node) + " was not initialised: " + printable(last_lines(log_of(net, node), 1)),
            "", config::shown_path(log_of(net, node)), "see what its log says"}};
}

Faults start_node(Localnet& net, LocalNode& node, const std::string& tallyd) {
  if (is_running(node)) return {};
  if (Faults faults = init_node(net, node, tallyd); !faults.empty()) return faults;
  const OrFaults<ProcessId> process = start_process(
      {tallyd, "start", "--config", folder_of(net, node) + "/node.toml"}, log_of(net, node));
  if (!process) return process.error();
  node.pid = process->pid;
  node.started = process->started;
  return write_localnet(net);
}

Faults wait_until_ready(const Localnet& net, Height height, Duration timeout,
                        const Progress& progress) {
  const OrFaults<Identity> identity = identity_of(net, "");
  if (!identity) return identity.error();
  const Clock::time_point deadline = deadline_of(timeout);
  std::vector<const LocalNode*> expected;
  for (const LocalNode& node : net.nodes)
    if (is_running(node)) expected.push_back(&node);
  while (true) {
    reap_children();
    for (const LocalNode* node : expected)
      if (!is_running(*node)) return {died(net, *node)};
    const Standing standing = ask_all(net, identity->settings, height);
    progress(standing.text());
    if (standing.is_ready()) return {};
    if (Clock::now() > deadline)
      return {Fault{kNotReady, standing.text(),
                    "all nodes, linked, at height " + std::to_string(height.value()) + " or above",
                    config::shown_path(net.folder), "see node-*/log, or give more --timeout"}};
    std::this_thread::sleep_for(kPause);
  }
}

Height highest_height(const Localnet& net) {
  Height highest(1);
  const OrFaults<Identity> identity = identity_of(net, "");
  if (!identity) return highest;
  for (const LocalNode& node : net.nodes) {
    if (!is_running(node)) continue;
    const NodeAnswer answer = ask_status(identity->settings, client_endpoint(node));
    if (answer.status) highest = std::max(highest, answer.status->stable);
  }
  return highest;
}

Faults stop_nodes(Localnet& net, const std::vector<unsigned>& numbers, Duration timeout,
                  const Progress& progress) {
  const Clock::time_point deadline = deadline_of(timeout);
  for (const unsigned number : numbers)
    signal_process(process_of(net.nodes[number - 1]), SIGTERM);
  while (true) {
    reap_children();
    std::string running;
    for (const unsigned number : numbers)
      if (is_running(net.nodes[number - 1])) running += " " + std::to_string(number);
    if (running.empty()) break;
    progress("ending:" + running);
    if (Clock::now() > deadline)
      return {Fault{kStillRunning, "nodes" + running,
                    "their end within " + config::text_of(timeout), config::shown_path(net.folder),
                    "tally localnet kill N"}};
    std::this_thread::sleep_for(kPause);
  }
  for (const unsigned number : numbers)
    net.nodes[number - 1].pid = 0;
  return write_localnet(net);
}

Faults kill_node(Localnet& net, LocalNode& node) {
  if (!signal_process(process_of(node), SIGKILL))
    return {Fault{kNotRunning, name_of(node), "a running node", config::shown_path(net.folder),
                  "see tally localnet status"}};
  while (is_running(node))
    std::this_thread::sleep_for(kPause / 10);
  reap_children();
  node.pid = 0;
  return write_localnet(net);
}

}  // namespace tally::app
