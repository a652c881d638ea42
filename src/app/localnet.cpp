// localnet.json, read and written.
#include "app/localnet.h"

#include <tally/base/bytes.h>
#include <tally/config/text.h>

#include "app/files.h"

#include <nlohmann/json.hpp>

namespace tally::app {
namespace {

using nlohmann::json;

constexpr std::size_t kFileBytesMax = 1 << 20;

json json_of_node(const LocalNode& node) {
  return {{"node", node.number},         {"merchant", node.merchant.value()},
          {"name", node.name},           {"client_port", node.client_port},
          {"peer_port", node.peer_port}, {"pid", node.pid},
          {"started", node.started}};
}

/// Throws json::exception where a field is missing or of another type.
LocalNode node_from(const json& object) {
  LocalNode node;
  node.number = object.at("node").get<unsigned>();
  node.merchant = MerchantId(object.at("merchant").get<std::uint32_t>());
  node.name = object.at("name").get<std::string>();
  node.client_port = object.at("client_port").get<std::uint16_t>();
  node.peer_port = object.at("peer_port").get<std::uint16_t>();
  node.pid = object.at("pid").get<pid_t>();
  node.started = object.at("started").get<std::uint64_t>();
  return node;
}

/// The names become paths.
bool is_plain_name(const std::string& name) {
  return !name.empty() && name[0] != '.' && name.find('/') == std::string::npos;
}

}  // namespace

std::string file_of(const Localnet& net) {
  return net.folder + "/localnet.json";
}

std::string folder_of(const Localnet& net, const LocalNode& node) {
  return net.folder + "/node-" + std::to_string(node.number);
}

std::string merchant_folder(const Localnet& net, const std::string& merchant) {
  return net.folder + "/merchants/" + merchant;
}

std::string client_endpoint(const LocalNode& node) {
  return "127.0.0.1:" + std::to_string(node.client_port);
}

OrFaults<Localnet> read_localnet(const std::string& folder) {
  const std::string path = absolute_path(folder) + "/localnet.json";
  OrFaults<std::string> text = read_file(path, kFileBytesMax, kNoLocalnet);
  if (!text) {
    text.error().front().fix =
        "start one: tally localnet start --dir " + config::shown_path(folder);
    return config::fail(std::move(text.error()));
  }
  return localnet_from(*text, absolute_path(folder));
}

Faults write_localnet(const Localnet& net) {
  return replace_file(file_of(net), json_of(net));
}

std::string json_of(const Localnet& net) {
  json nodes = json::array();
  for (const LocalNode& node : net.nodes)
    nodes.push_back(json_of_node(node));
  const json whole = {{"format", 1},
                      {"chain_name", net.chain_name},
                      {"set_up", net.set_up},
                      {"nodes", std::move(nodes)}};
  return whole.dump(2) + "\n";
}

OrFaults<Localnet> localnet_from(std::string_view text, const std::string& folder) {
  const std::string path = config::shown_path(folder + "/localnet.json");
  try {
    const json whole = json::parse(text);
    Localnet net;
    net.folder = folder;
    if (whole.at("format").get<int>() != 1)
      return config::fail(
          Fault{kLocalnetFile, "another format", "format 1", path, "use the program that made it"});
    net.chain_name = whole.at("chain_name").get<std::string>();
    net.set_up = whole.at("set_up").get<bool>();
    for (const json& object : whole.at("nodes")) {
      net.nodes.push_back(node_from(object));
      const LocalNode& node = net.nodes.back();
      if (node.number != net.nodes.size() || !is_plain_name(node.name))
        return config::fail(Fault{kLocalnetFile, "node " + std::to_string(node.number),
                                  "nodes 1, 2, … with names", path, "make a new network"});
    }
    return net;
  } catch (const json::exception& error) {
    return config::fail(Fault{kLocalnetFile, printable(error.what()), "what tally wrote", path,
                              "make a new network in another folder"});
  }
}

const LocalNode* find_merchant(const Localnet& net, std::string_view name) {
  for (const LocalNode& node : net.nodes)
    if (node.name == name) return &node;
  return nullptr;
}

}  // namespace tally::app
