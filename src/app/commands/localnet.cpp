// tally localnet: a network of real nodes in one folder of this machine.
#include <tally/base/bytes.h>
#include <tally/config/text.h>

#include "app/clock.h"
#include "app/commands/commands.h"
#include "app/files.h"
#include "app/localnet_files.h"
#include "app/localnet_nodes.h"
#include "app/localnet_setup.h"
#include "app/process.h"
#include "app/table.h"

#include <unistd.h>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <ranges>

namespace tally::app {
namespace {

struct Options {
  std::string dir = "localnet";
  unsigned nodes = 0;
  std::string programmes;
  std::string tallyd;
  std::string timeout = "60s";
  std::string node;
  std::string by;
};

constexpr unsigned kNodesDefault = 4;
constexpr unsigned kNodesMax = 16;

constexpr CommandText kGroup = {"localnet", "Run a network of real nodes on this machine",
                                R"(  tally localnet start              four merchants in ./localnet
  tally localnet advance 30d        let points expire
  tally localnet kill 3             as a power cut would; restart 3 brings it back
  tally localnet stop
The folder holds everything: keys, configuration, data, logs. Remove it to begin anew.)"};
constexpr CommandText kStart = {
    "start", "Make the network if there is none, start its nodes, and wait until they agree",
    R"(When it returns, every node answers, is linked with the others, and block 1 is certified;
each merchant's keys and programme are on the ledger. Safe to run twice: what runs is left alone.

  tally localnet start --dir /tmp/net --nodes 7 --programmes my-programmes/)"};
constexpr CommandText kStop = {"stop", "End all nodes, and wait until they have ended",
                               R"(  tally localnet stop)"};
constexpr CommandText kStatus = {"status", "Show the processes, ports and folders of the nodes",
                                 R"(  tally localnet status)"};
constexpr CommandText kAdvance = {
    "advance", "Move ledger time forward",
    R"(Only a development chain allows it. Header time stays near the real clocks.

  tally localnet advance 30d)"};
constexpr CommandText kKill = {"kill", "End a node at once, as a power cut would",
                               R"(  tally localnet kill 3)"};
constexpr CommandText kRestart = {"restart", "Start a node again, and wait until it has caught up",
                                  R"(  tally localnet restart 3)"};

/// One line on stderr, overwritten on a terminal, and only told when it changes elsewhere.
class ProgressLine {
 public:
  explicit ProgressLine(const Output& out) : quiet_(out.json) {}
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() {
    if (on_terminal_ && !last_.empty()) std::cerr << "\r\033[K" << std::flush;
  }

  void show(const std::string& line) {
    if (quiet_ || line == last_) return;
    last_ = line;
    if (on_terminal_)
      std::cerr << "\r\033[Klocalnet: " << line << std::flush;
    else
      std::cerr << "localnet: " << line << "\n";
  }
  [[nodiscard]] Progress progress() {
    return [this](const std::string& line) { show(line); };
  }

 private:
  const bool quiet_;
  const bool on_terminal_ = isatty(2) == 1;
  std::string last_;
};

OrFaults<Duration> timeout_of(const Options& options) {
  const Result<Duration> timeout = config::duration_from(options.timeout);
  if (timeout.ok() && *timeout > Duration(0)) return *timeout;
  return config::fail(Fault{kBadValue, "\"" + printable(options.timeout) + "\"",
                            "a time above 0 with a unit, as in 60s", "--timeout", ""});
}

nlohmann::json json_of_nodes(const Localnet& net) {
  nlohmann::json nodes = nlohmann::json::array();
  for (const LocalNode& node : net.nodes)
    nodes.push_back({{"node", node.number},
                     {"merchant", node.merchant.value()},
                     {"name", node.name},
                     {"running", is_running(node)},
                     {"pid", is_running(node) ? node.pid : 0},
                     {"endpoint", client_endpoint(node)},
                     {"peer_port", node.peer_port},
                     {"folder", folder_of(net, node)}});
  return nodes;
}

void print_nodes(const Localnet& net, const Output& out) {
  if (out.json) {
    std::cout << nlohmann::json{{"dir", net.folder}, {"nodes", json_of_nodes(net)}}.dump() << "\n";
    return;
  }
  Table table({"NODE", "MERCHANT", "PROCESS", "ENDPOINT", "FOLDER"});
  for (const LocalNode& node : net.nodes)
    table.add({std::to_string(node.number), node.name,
               is_running(node) ? "pid " + std::to_string(node.pid) : "not running",
               client_endpoint(node), config::shown_path(folder_of(net, node))});
  std::cout << table.text();
}

std::vector<unsigned> all_numbers(const Localnet& net) {
  std::vector<unsigned> numbers;
  for (const LocalNode& node : net.nodes)
    numbers.push_back(node.number);
  return numbers;
}

bool any_runs(const Localnet& net) {
  for (const LocalNode& node : net.nodes)
    if (is_running(node)) return true;
  return false;
}

std::string tallyd_of(const Options& options) {
  return options.tallyd.empty() ? program_beside("tallyd") : absolute_path(options.tallyd);
}

/// The network of the folder, or a new one there.
OrFaults<Localnet> network_of(const Options& options, ProgressLine& line) {
  const std::string folder = absolute_path(options.dir);
  std::error_code error;
  if (std::filesystem::exists(folder + "/localnet.json", error)) {
    OrFaults<Localnet> net = read_localnet(folder);
    const bool differs = net && options.nodes != 0 && options.nodes != net->nodes.size();
    if (!differs) return net;
    return config::fail(Fault{kBadValue, "--nodes " + std::to_string(options.nodes),
                              std::to_string(net->nodes.size()) + ", as the network there has",
                              config::shown_path(folder),
                              "leave --nodes out, or choose another --dir"});
  }
  const unsigned nodes = options.nodes == 0 ? kNodesDefault : options.nodes;
  if (nodes > kNodesMax)
    return config::fail(
        Fault{kBadValue, "--nodes " + std::to_string(nodes), "1 to 16", "--nodes", ""});
  const OrFaults<std::vector<NamedProgramme>> programmes = load_programmes(options.programmes);
  if (!programmes) return config::fail(programmes.error());
  line.show("keys, certificates and genesis in " + config::shown_path(folder));
  return make_localnet(folder, nodes, *programmes, system_now());
}

/// Ports and paths as they are today, then every process that does not run.
Faults start_all(Localnet& net, const std::string& tallyd) {
  if (!any_runs(net)) {
    if (!ports_are_free(net))
      if (Faults faults = choose_ports(net); !faults.empty()) return faults;
    if (Faults faults = write_node_configs(net); !faults.empty()) return faults;
    if (Faults faults = write_localnet(net); !faults.empty()) return faults;
  }
  for (const LocalNode& node : net.nodes)
    if (Faults faults = init_node(net, node, tallyd); !faults.empty()) return faults;
  // All at once and the first primary last: who came after the first block would be a learner.
  for (LocalNode& node : std::ranges::reverse_view(net.nodes))
    if (Faults faults = start_node(net, node, tallyd); !faults.empty()) return faults;
  return {};
}

Faults start(const Options& options, const Output& out) {
  const OrFaults<Duration> timeout = timeout_of(options);
  if (!timeout) return timeout.error();
  ProgressLine line(out);
  OrFaults<Localnet> net = network_of(options, line);
  if (!net) return net.error();
  const OrFaults<LocalnetLock> lock = LocalnetLock::take(net->folder);
  if (!lock) return lock.error();
  Faults faults = start_all(*net, tallyd_of(options));
  if (faults.empty()) faults = wait_until_ready(*net, Height(1), *timeout, line.progress());
  if (faults.empty() && !net->set_up) {
    faults = set_up_ledger(*net, line.progress());
    net->set_up = faults.empty();
    if (faults.empty()) faults = write_localnet(*net);
  }
  if (!faults.empty()) return faults;
  line.show("ready");
  print_nodes(*net, out);
  return {};
}

/// Reads the network and holds it while `work` changes it.
template <typename Work>
Faults with_network(const Options& options, Work work) {
  OrFaults<Localnet> net = read_localnet(options.dir);
  if (!net) return net.error();
  const OrFaults<LocalnetLock> lock = LocalnetLock::take(net->folder);
  if (!lock) return lock.error();
  return work(*net);
}

Faults stop(const Options& options, const Output& out) {
  const OrFaults<Duration> timeout = timeout_of(options);
  if (!timeout) return timeout.error();
  return with_network(options, [&](Localnet& net) -> Faults {
    ProgressLine line(out);
    const bool ran = any_runs(net);
    Faults faults = stop_nodes(net, all_numbers(net), *timeout, line.progress());
    if (!faults.empty()) return faults;
    if (out.json)
      std::cout << nlohmann::json{{"dir", net.folder}, {"stopped", ran}}.dump() << "\n";
    else
      std::cout << (ran ? "stopped all nodes\n" : "no node was running\n");
    return {};
  });
}

Faults status(const Options& options, const Output& out) {
  const OrFaults<Localnet> net = read_localnet(options.dir);
  if (!net) return net.error();
  print_nodes(*net, out);
  return {};
}

/// The node of a number or a merchant's name.
OrFaults<LocalNode*> node_of(Localnet& net, const std::string& text) {
  for (LocalNode& node : net.nodes)
    if (text == std::to_string(node.number) || text == node.name) return &node;
  return config::fail(Fault{kBadValue, "node \"" + printable(text) + "\"",
                            "1 to " + std::to_string(net.nodes.size()) + ", or a merchant's name",
                            "NODE", ""});
}

Faults kill(const Options& options, const Output& out) {
  return with_network(options, [&](Localnet& net) -> Faults {
    const OrFaults<LocalNode*> node = node_of(net, options.node);
    if (!node) return node.error();
    if (Faults faults = kill_node(net, **node); !faults.empty()) return faults;
    if (!out.json) std::cout << "killed node " << (*node)->number << "\n";
    if (out.json) print_nodes(net, out);
    return {};
  });
}

Faults restart(const Options& options, const Output& out) {
  const OrFaults<Duration> timeout = timeout_of(options);
  if (!timeout) return timeout.error();
  return with_network(options, [&](Localnet& net) -> Faults {
    const OrFaults<LocalNode*> node = node_of(net, options.node);
    if (!node) return node.error();
    ProgressLine line(out);
    const Height height = highest_height(net);
    Faults faults = stop_nodes(net, {(*node)->number}, *timeout, line.progress());
    if (faults.empty()) faults = start_node(net, **node, tallyd_of(options));
    if (faults.empty()) faults = wait_until_ready(net, height, *timeout, line.progress());
    if (!faults.empty()) return faults;
    if (!out.json) std::cout << "node " << (*node)->number << " runs and has caught up\n";
    if (out.json) print_nodes(net, out);
    return {};
  });
}

Faults advance(const Options& options, const Output& out) {
  const Result<Duration> by = config::duration_from(options.by);
  if (!by.ok() || *by == Duration(0))
    return {Fault{kBadValue, "\"" + printable(options.by) + "\"",
                  "a time above 0 with a unit: ms, s, m, h or d, as in 30d", "BY", ""}};
  const OrFaults<Localnet> net = read_localnet(options.dir);
  if (!net) return net.error();
  const OrFaults<Timestamp> time = advance_clock(*net, *by);
  if (!time) return time.error();
  if (out.json)
    std::cout << nlohmann::json{{"ledger_time", config::text_of(*time)}}.dump() << "\n";
  else
    std::cout << "ledger time " << config::text_of(*time) << "\n";
  return {};
}

}  // namespace

void add_localnet(Frame& frame) {
  CLI::App& group = frame.add_group(kGroup);
  auto options = std::make_shared<Options>();
  const auto add = [&](const CommandText& text, Faults (*run)(const Options&, const Output&)) {
    CLI::App& command =
        frame.add(group, text, [options, run](const Output& out) { return run(*options, out); });
    command.add_option("--dir", options->dir, "The network's folder (default: localnet)")
        ->type_name("DIR");
    return &command;
  };
  const auto add_timeout = [&](CLI::App& command) {
    command.add_option("--timeout", options->timeout, "How long to wait at most (default: 60s)")
        ->type_name("TIME");
  };
  const auto add_tallyd = [&](CLI::App& command) {
    command.add_option("--tallyd", options->tallyd, "The node's program (default: beside tally)")
        ->type_name("FILE");
  };
  CLI::App& start_command = *add(kStart, start);
  start_command.add_option("--nodes", options->nodes, "How many, 1 to 16 (default: 4)")
      ->type_name("N");
  start_command
      .add_option("--programmes", options->programmes,
                  "Folder of programme-NAME.toml files (default: four samples)")
      ->type_name("DIR");
  add_timeout(start_command);
  add_tallyd(start_command);
  add_timeout(*add(kStop, stop));
  add(kStatus, status);
  add(kAdvance, advance)->add_option("BY", options->by, "How far, as in 30d")->required();
  add(kKill, kill)->add_option("NODE", options->node, "Its number, or its merchant")->required();
  CLI::App& restart_command = *add(kRestart, restart);
  restart_command.add_option("NODE", options->node, "Its number, or its merchant")->required();
  add_timeout(restart_command);
  add_tallyd(restart_command);
}

}  // namespace tally::app
