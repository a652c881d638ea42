// node.toml (design/bad-inputs.md, CFG).
#include <tally/base/bytes.h>
#include <tally/base/limits.h>
#include <tally/config/node_config.h>

#include "config/toml_reader.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

namespace tally::config {
namespace {

using Why = KeyElsewhere::Why;

/// Keys that people look for in this file.
const std::vector<KeyElsewhere>& elsewhere() {
  constexpr std::string_view kChain = "it in genesis or on the ledger, the same for all nodes";
  static const std::vector<KeyElsewhere> keys = {
      {"window", Why::Elsewhere, kChain},
      {"state_buckets", Why::Elsewhere, kChain},
      {"request_timeout_ms", Why::Elsewhere, kChain},
      {"timeout_max_ms", Why::Elsewhere, kChain},
      {"idle_block_ms", Why::Elsewhere, kChain},
      {"clock_bound_ms", Why::Elsewhere, kChain},
      {"rotation_heights", Why::Elsewhere, kChain},
      {"proposal_bytes_max", Why::Elsewhere, kChain},
      {"chain_name", Why::Elsewhere, kChain},
      {"development", Why::Elsewhere, kChain},
      {"parameters", Why::Elsewhere, kChain},
      {"roles", Why::Elsewhere, "roles as keys on the ledger"},
      {"tls", Why::NoSwitch, "TLS 1.3: it is the only version"},
      {"min_version", Why::NoSwitch, "TLS 1.3: it is the only version"},
      {"rocksdb", Why::NoSwitch, "nothing: durability cannot be disabled"},
      {"sync", Why::NoSwitch, "nothing: durability cannot be disabled"},
  };
  return keys;
}

std::string in_folder_of(const std::string& file, const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  return (folder / path).lexically_normal().string();
}

bool stands_in(const std::string& path, const std::string& folder) {
  return path == folder || path.starts_with(folder + "/");
}

/// One reading of one file.
class Reading {
 public:
  Reading(TomlFile& file, const std::string& path) : file_(file) { config_.file = path; }

  NodeConfig run() {
    TomlTable root = file_.root();
    if (const auto id = root.integer("node_id", 1, 0xffff'ffff))
      config_.node_id = MerchantId(static_cast<std::uint32_t>(*id));
    config_.node_id_where = file_.where("node_id");
    read_data_dir(root);
    read_path(root, "genesis_file", config_.genesis_file);
    TomlTable listen = root.table("listen");
    read_address(listen, "client", config_.listen_client);
    read_address(listen, "peer", config_.listen_peer);
    listen.finish(elsewhere());
    read_peers(root);
    read_keys(root);
    read_log(root);
    read_grpc(root);
    root.finish(elsewhere());
    check_listeners();
    check_peers();
    check_paths();
    return std::move(config_);
  }

 private:
  void read_data_dir(TomlTable& root) {
    const std::optional<std::string> path = root.text("data_dir");
    if (!path) return;
    if (path->starts_with('/')) {
      config_.data_dir = std::filesystem::path(*path).lexically_normal().string();
      while (config_.data_dir.size() > 1 && config_.data_dir.back() == '/')
        config_.data_dir.pop_back();
      return;
    }
    root.fault(kRelativePath, "data_dir", "\"" + printable(*path) + "\"", "an absolute path",
               "write \"" + shown_path(in_folder_of(config_.file, *path)) + "\"");
  }

  void read_path(TomlTable& table, const char* key, std::string& into) {
    const std::optional<std::string> path = table.text(key);
    if (path) into = in_folder_of(config_.file, *path);
  }

  void read_address(TomlTable& table, const char* key, HostPort& into) {
    const std::optional<std::string> text = table.text(key);
    if (!text) return;
    Result<HostPort> address = host_port_from(*text);
    if (address.ok())
      into = std::move(*address);
    else
      table.fault(kConfigKinds.bad_form, key, address.error().message, "",
                  "write host:port, as in \"127.0.0.1:7101\"");
  }

  void read_peers(TomlTable& root) {
    for (TomlTable& table : root.tables("peers", limits::kValidatorsMax)) {
      Peer peer;
      if (const auto id = table.integer("id", 1, 0xffff'ffff))
        peer.id = MerchantId(static_cast<std::uint32_t>(*id));
      read_address(table, "address", peer.address);
      peer.where = file_.where(table.path_of("id"));
      table.finish(elsewhere());
      config_.peers.push_back(std::move(peer));
    }
  }

  void read_keys(TomlTable& root) {
    TomlTable keys = root.table("keys");
    read_path(keys, "consensus_file", config_.consensus_key_file);
    read_path(keys, "peer_tls_file", config_.peer_tls_key_file);
    read_path(keys, "gateway_file", config_.gateway_key_file);
    read_path(keys, "front_door_file", config_.front_door_key_file);
    keys.finish(elsewhere());
    TomlTable door = root.table("front_door");
    read_path(door, "certificate_file", config_.front_door_certificate_file);
    read_path(door, "client_ca_file", config_.client_ca_file);
    door.finish(elsewhere());
  }

  void read_log(TomlTable& root) {
    TomlTable table = root.table("log");
    if (table.has("level")) {
      constexpr log::Level kLevels[] = {log::Level::Debug, log::Level::Info, log::Level::Warning,
                                        log::Level::Error};
      if (const auto level = table.word("level", {"debug", "info", "warning", "error"}))
        config_.log_level = kLevels[*level];
    }
    if (table.has("file")) read_path(table, "file", config_.log_file);
    table.finish(elsewhere());
  }

  void read_grpc(TomlTable& root) {
    TomlTable table = root.table("grpc");
    if (table.has("reflection")) config_.reflection = table.boolean("reflection").value_or(false);
    config_.reflection_where = file_.where("grpc.reflection");
    table.finish(elsewhere());
  }

  void check_listeners() {
    const std::uint16_t port = config_.listen_client.port;
    if (port == 0 || port != config_.listen_peer.port) return;
    file_.add(kSameListener, "listen.peer", "port " + std::to_string(port) + " for both",
              "another port than listen.client", "choose another port");
  }

  void check_peers() {
    std::set<MerchantId> ids;
    std::set<HostPort> addresses;
    for (std::size_t i = 0; i < config_.peers.size(); ++i) {
      const Peer& peer = config_.peers[i];
      const std::string path = "peers[" + std::to_string(i) + "]";
      const std::string id = std::to_string(peer.id.value());
      const bool has_id = peer.id.value() != 0;
      const bool has_address = peer.address.port != 0;
      if (has_id && !ids.insert(peer.id).second)
        file_.add(kPeerTwice, path + ".id", id + " again", "each merchant once", "leave one out");
      if (has_address && !addresses.insert(peer.address).second)
        file_.add(kPeerTwice, path + ".address", text_of(peer.address) + " again",
                  "each address once", "correct one of them");
      if (has_id && peer.id == config_.node_id)
        file_.add(kPeerIsSelf, path + ".id", id + ", which is this node", "other merchants only",
                  "leave it out");
      if (has_address && peer.address == config_.listen_peer)
        file_.add(kPeerIsSelf, path + ".address", text_of(peer.address) + ", which is listen.peer",
                  "the address of another node", "correct it");
    }
  }

  /// Data are copied and restored as one; what stands among them would go with them.
  void check_paths() {
    if (config_.data_dir.empty()) return;
    const std::string keys =
        std::filesystem::path(config_.consensus_key_file).parent_path().string();
    if (keys == config_.data_dir)
      file_.add(kSamePath, "data_dir", "the folder of the keys", "a folder of its own",
                "choose another folder");
    if (stands_in(config_.file, config_.data_dir))
      file_.add(kSamePath, "data_dir", "a folder that holds this file", "a folder of its own",
                "choose another folder");
    if (!config_.log_file.empty() && stands_in(config_.log_file, config_.data_dir))
      file_.add(kSamePath, "log.file", "a file in data_dir", "a file outside of data_dir",
                "choose another place");
  }

  TomlFile& file_;
  NodeConfig config_;
};

std::string list_of(const std::vector<MerchantId>& ids) {
  std::string list;
  for (const MerchantId id : ids)
    list += (list.empty() ? "" : ", ") + std::to_string(id.value());
  return list;
}

std::vector<MerchantId> founders_of(const Genesis& genesis) {
  std::vector<MerchantId> ids;
  for (const Founder& founder : genesis.founders)
    ids.push_back(founder.merchant);
  return ids;
}

bool has(const std::vector<MerchantId>& ids, MerchantId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

OrFaults<NodeConfig> parse_node_config(std::string_view text, const std::string& file) {
  TomlFile toml(text, file, kConfigKinds);
  if (!toml.parsed()) return fail(toml.take_faults());
  NodeConfig config = Reading(toml, file).run();
  if (toml.has_faults()) return fail(toml.take_faults());
  return config;
}

OrFaults<NodeConfig> read_node_config(const std::string& path) {
  const OrFaults<std::string> text = read_regular_file(path, kConfigBytesMax, kConfigKinds);
  if (!text) return fail(text.error());
  std::error_code error;
  const std::string absolute = std::filesystem::absolute(path, error).lexically_normal().string();
  return parse_node_config(*text, absolute);
}

Faults check_against(const NodeConfig& config, const Genesis& genesis) {
  Faults faults;
  const std::vector<MerchantId> founders = founders_of(genesis);
  if (config.reflection && !genesis.development)
    faults.push_back({kDevelopmentOnly, "grpc.reflection = true", "false", config.reflection_where,
                      "remove it"});
  if (!has(founders, config.node_id)) {
    faults.push_back({kNotInGenesis, std::to_string(config.node_id.value()),
                      "one of " + list_of(founders), config.node_id_where,
                      "write the id that genesis gives this merchant"});
    return faults;
  }
  std::vector<MerchantId> missing;
  for (const MerchantId founder : founders) {
    const bool listed = std::any_of(config.peers.begin(), config.peers.end(),
                                    [&](const Peer& peer) { return peer.id == founder; });
    if (!listed && founder != config.node_id) missing.push_back(founder);
  }
  if (!missing.empty())
    faults.push_back({kPeerMissing, "no [[peers]] for " + list_of(missing),
                      "an address for each other merchant of genesis", shown_path(config.file),
                      "add them"});
  for (const Peer& peer : config.peers)
    if (!has(founders, peer.id))
      faults.push_back({kPeerUnknown, std::to_string(peer.id.value()),
                        "one of " + list_of(founders), peer.where, "remove it"});
  return faults;
}

}  // namespace tally::config
