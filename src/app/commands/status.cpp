// tally status: where all nodes stand.
#include <tally/base/bytes.h>
#include <tally/config/text.h>

#include "app/commands/commands.h"
#include "app/connection.h"
#include "app/node_status.h"
#include "app/table.h"

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

constexpr CommandText kStatus = {
    "status", "Show where all nodes stand",
    R"(A line for each node of the local network, or for each --endpoint. Exit code 10 if none
answers. HEIGHT is the highest certified block, ROOT its state root: equal roots at equal
heights mean equal ledgers.

  tally status
  tally status --json)"};

std::string short_root(const client::RemoteStatus& status) {
  return to_hex(status.state_root.view()).substr(0, 16);
}

/// What is out of the ordinary, then what it waits for, in the node's own words.
std::string standing(const client::RemoteStatus& status) {
  const std::string view = std::to_string(status.view.value());
  if (status.changing) return "changing to view " + view + ": " + status.waiting_for;
  if (status.learner) return status.waiting_for;  // which says so
  return (status.voting ? "" : "does not vote: ") + status.waiting_for;
}

nlohmann::json json_of(const client::RemoteStatus& status) {
  return {{"endpoint", status.endpoint},
          {"merchant", status.merchant.value()},
          {"node", status.self.value() + 1},
          {"view", status.view.value()},
          {"primary", status.primary.value() + 1},
          {"stable", status.stable.value()},
          {"executed", status.executed.value()},
          {"header_time", config::text_of(status.header_time)},
          {"ledger_time", config::text_of(status.ledger_time)},
          {"state_root", to_hex(status.state_root.view())},
          {"chain", to_hex(status.chain.view())},
          {"links", status.connected},
          {"pool_submissions", status.pool_submissions},
          {"voting", status.voting},
          {"changing", status.changing},
          {"learner", status.learner},
          {"waiting_for", status.waiting_for},
          {"version", status.version}};
}

void print_json(const std::vector<NodeAnswer>& answers) {
  nlohmann::json all = nlohmann::json::array();
  for (const NodeAnswer& answer : answers)
    all.push_back(answer.status ? json_of(*answer.status)
                                : nlohmann::json{{"endpoint", answer.endpoint},
                                                 {"node", answer.number},
                                                 {"error", answer.error.message}});
  std::cout << all.dump() << "\n";
}

void print_table(const std::vector<NodeAnswer>& answers) {
  Table table({"NODE", "ENDPOINT", "HEIGHT", "VIEW", "PRIMARY", "LINKS", "ROOT", "LEDGER TIME",
               "WAITING FOR"});
  for (const NodeAnswer& answer : answers) {
    if (!answer.status) {
      table.add({answer.number == 0 ? "?" : std::to_string(answer.number), answer.endpoint, "-",
                 "-", "-", "-", "-", "-", answer.error.message});
      continue;
    }
    const client::RemoteStatus& status = *answer.status;
    table.add({std::to_string(status.self.value() + 1), answer.endpoint,
               std::to_string(status.stable.value()), std::to_string(status.view.value()),
               std::to_string(status.primary.value() + 1), std::to_string(status.connected),
               short_root(status), config::text_of(status.ledger_time), standing(status)});
  }
  std::cout << table.text();
}

Faults run(const ConnectionOptions& options, const Output& out) {
  const OrFaults<Identity> identity = identity_from(options);
  if (!identity) return identity.error();
  std::vector<std::string> endpoints = identity->settings.endpoints;
  const bool is_local = options.endpoints.empty();
  if (is_local) {  // in the order of the nodes, not of who asks
    const OrFaults<Localnet> net = read_localnet(options.net);
    if (!net) return net.error();
    endpoints.clear();
    for (const LocalNode& node : net->nodes)
      endpoints.push_back(client_endpoint(node));
  }
  std::vector<NodeAnswer> answers;
  bool any = false;
  for (const std::string& endpoint : endpoints) {
    answers.push_back(ask_status(identity->settings, endpoint));
    if (is_local) answers.back().number = static_cast<unsigned>(answers.size());
    any = any || answers.back().status.has_value();
  }
  if (!any) return {fault_from_node(answers.front().error, answers.front().endpoint)};
  if (out.json)
    print_json(answers);
  else
    print_table(answers);
  return {};
}

}  // namespace

void add_status(Frame& frame) {
  auto options = std::make_shared<ConnectionOptions>();
  CLI::App& command =
      frame.add(kStatus, [options](const Output& out) { return run(*options, out); });
  add_connection_options(command, *options);
}

}  // namespace tally::app
