// tallyd init, tallyd start.
#include "app/node_commands.h"

#include <tally/base/bytes.h>
#include <tally/base/log.h>
#include <tally/config/text.h>

#include "app/node_checks.h"
#include "app/version.h"
#include "app/wiring.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <memory>

namespace tally::app {
namespace {

struct NodeOptions {
  std::string config;
  bool allow_root = false;
};

constexpr CommandText kInit = {
    "init", "Make a node's data folder from its configuration and genesis",
    R"(Checks configuration, genesis and keys, then makes data_dir with the genesis block as
height 0. What exists is never overwritten.

  tallyd init --config /etc/tallystick/node.toml)"};

constexpr CommandText kStart = {
    "start", "Run the node until SIGTERM or SIGINT",
    R"(Checks everything first, in this order: configuration, genesis, keys, folder, data,
resources. Prints one line that begins with `ready` when it serves. SIGTERM or SIGINT answers
open calls, closes links and data, and ends with exit code 0; SIGKILL loses nothing that was
answered.

  tallyd start --config /etc/tallystick/node.toml)"};

Faults run_init(const NodeOptions& options, const Output& out) {
  const OrFaults<CheckedNode> node = check_node(options.config);
  if (!node) return node.error();
  const std::string& folder = node->config.data_dir;
  if (Faults faults = check_parent(*node, options.allow_root); !faults.empty()) return faults;
  const Result<void> made = node::init_data(folder, node->genesis, node->config.node_id);
  if (!made.ok() && made.error().code == ErrorCode::Conflict)
    return {config::fault_from(kNotEmpty, made.error(), config::shown_path(folder),
                               "start it, or choose an empty folder")};
  if (!made.ok()) return {fault_of_data(made.error(), folder)};
  const std::string chain = to_hex(genesis_hash(node->genesis.content).view());
  if (out.json)
    std::cout << R"({"merchant":)" << node->config.node_id.value() << R"(,"chain":")" << chain
              << "\"}\n";
  else
    std::cout << "initialised merchant=" << node->config.node_id.value() << " chain=" << chain
              << " data_dir=" << config::shown_path(folder) << "\n";
  return {};
}

constexpr rlim_t kDescriptorsMin = 512;  // 16 peers, 64 strangers, 256 clients, the store's files

Faults check_resources() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < limit.rlim_max) {  // what the hard limit grants is ours to take
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= kDescriptorsMin) return {};
  return {Fault{kNoDescriptors, "have " + std::to_string(limit.rlim_cur),
                "need " + std::to_string(kDescriptorsMin), "", "ulimit -n 1024"}};
}

/// When the process that holds the lock wrote its pid.
std::string locked_since(const std::string& folder) {
  struct stat status {};
  if (stat((folder + "/LOCK").c_str(), &status) != 0) return "";
  const auto ms = static_cast<std::uint64_t>(status.st_mtim.tv_sec) * 1'000;
  return " since " + config::text_of(Timestamp(ms));
}

/// Blocks the signals that end a node in every thread to come; they are read from a descriptor.
int signal_descriptor() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP})
    sigaddset(&signals, signal);
  CHECK(pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0);
  const int descriptor = signalfd(-1, &signals, SFD_CLOEXEC);
  CHECK(descriptor >= 0);
  return descriptor;
}

/// Why a node stopped by itself, and a descriptor that says that it did.
struct Stop {
  int descriptor = eventfd(0, EFD_CLOEXEC);
  Error reason;  // written before the descriptor, read after it

  void set(Error why) {
    reason = std::move(why);
    const std::uint64_t one = 1;
    CHECK(write(descriptor, &one, sizeof one) == sizeof one);
  }
};

/// Until a signal ends the node (no fault), or it has stopped by itself.
Faults wait_for_end(int signals, const Stop& stop, const std::string& folder) {
  while (true) {
    pollfd watched[] = {{signals, POLLIN, 0}, {stop.descriptor, POLLIN, 0}};
    if (poll(watched, 2, -1) < 0) continue;
    if ((watched[1].revents & POLLIN) != 0) return {fault_of_stop(stop.reason, folder)};
    if ((watched[0].revents & POLLIN) == 0) continue;
    signalfd_siginfo info{};
    if (read(signals, &info, sizeof info) != sizeof info) continue;
    if (info.ssi_signo != SIGHUP) return {};
    log::warning("reload_not_supported advice=\"restart the node\"");
  }
}

void say_ready(const CheckedNode& node, const RunningNode& running) {
  const std::string line = "ready merchant=" + std::to_string(node.config.node_id.value()) +
                           " chain=" + to_hex(genesis_hash(node.genesis.content).view()) +
                           " height=" + std::to_string(running.status().executed.value()) +
                           " client=" + config::text_of(node.config.listen_client) +
                           " peer=" + config::text_of(node.config.listen_peer) +
                           " pid=" + std::to_string(getpid());
  std::cout << line << std::endl;
  log::info(line);
}

Faults run_checked(CheckedNode node) {
  const std::string folder = node.config.data_dir;
  Result<node::DataLock> lock = node::DataLock::take(folder);
  if (!lock.ok()) {
    Fault fault = fault_of_data(lock.error(), folder);
    if (lock.error().code == ErrorCode::Unavailable) fault.got += locked_since(folder);
    return {std::move(fault)};
  }
  // Before the first thread: one that does not block SIGTERM would die of it, and all with it.
  const int signals = signal_descriptor();
  const Result<void> logging = log::start(node.config.log_level, node.config.log_file);
  if (!logging.ok())
    return {config::fault_from(kLogFile, logging.error(), config::shown_path(node.config.log_file),
                               "make its folder")};
  for (const std::string& warning : node.warnings)
    log::warning(warning);
  Result<node::NodeParts> parts =
      node::open_data(folder, node.genesis, node.config.node_id, std::move(node.keys.consensus),
                      std::move(node.keys.gateway));
  if (!parts.ok()) return {fault_of_data(parts.error(), folder)};
  parts->program = version_text("tallyd");
  if (Faults faults = check_resources(); !faults.empty()) return faults;

  Stop stop;
  OrFaults<std::unique_ptr<RunningNode>> running =
      RunningNode::start(node, std::move(*parts), [&stop](Error why) { stop.set(std::move(why)); });
  if (!running) return running.error();
  say_ready(node, **running);
  Faults faults = wait_for_end(signals, stop, folder);
  running->reset();
  log::info(faults.empty() ? "stopped" : "stopped_by_itself");
  return faults;
}

Faults run_start(const NodeOptions& options, unsigned umask_before) {
  OrFaults<CheckedNode> node = check_node(options.config);
  if (!node) return node.error();
  if ((umask_before & 022U) == 0) node->warnings.emplace_back("umask_forced from=000 to=077");
  if (Faults faults = check_directory(*node, options.allow_root); !faults.empty()) return faults;
  return run_checked(std::move(*node));
}

CLI::App& add_node_command(Frame& frame, const CommandText& text,
                           const std::shared_ptr<NodeOptions>& options, Frame::Run run) {
  CLI::App& command = frame.add(text, std::move(run));
  command.add_option("--config", options->config, "The node's configuration, node.toml")
      ->type_name("FILE")
      ->required();
  command.add_flag("--allow-root", options->allow_root,
                   "Run as root on a production chain all the same");
  return command;
}

}  // namespace

void add_init(Frame& frame) {
  auto options = std::make_shared<NodeOptions>();
  add_node_command(frame, kInit, options,
                   [options](const Output& out) { return run_init(*options, out); });
}

void add_start(Frame& frame, unsigned umask_before) {
  auto options = std::make_shared<NodeOptions>();
  add_node_command(frame, kStart, options, [options, umask_before](const Output&) {
    return run_start(*options, umask_before);
  });
}

}  // namespace tally::app
