// NodeConfig: a node's own settings, node.toml. What a whole chain agrees on is not in it.
#pragma once

#include <tally/base/ids.h>
#include <tally/base/log.h>
#include <tally/config/fault.h>
#include <tally/config/text.h>
#include <tally/model/genesis.h>

#include <cstddef>
#include <string>
#include <vector>

namespace tally::config {

struct Peer {
  MerchantId id;
  HostPort address;
  std::string where;  ///< file:line:column, for what a later check says
};

/// Every path in it is absolute: a relative one stands relative to the file's folder.
struct NodeConfig {
  std::string file;    ///< the file itself
  MerchantId node_id;  ///< the merchant whose node this is
  std::string node_id_where;
  std::string data_dir;
  std::string genesis_file;
  HostPort listen_client;
  HostPort listen_peer;
  std::vector<Peer> peers;
  std::string consensus_key_file;
  std::string peer_tls_key_file;
  std::string gateway_key_file;
  std::string front_door_key_file;
  std::string front_door_certificate_file;
  std::string client_ca_file;
  log::Level log_level = log::Level::Info;
  std::string log_file;  ///< empty: stderr
  bool reflection = false;
  std::string reflection_where;
};

inline constexpr std::size_t kConfigBytesMax = 1 << 20;

/// Reads and checks a file: every fault of it at once, in the order of its lines.
[[nodiscard]] OrFaults<NodeConfig> read_node_config(const std::string& path);
/// The same for its text; `file` is an absolute path and need not exist.
[[nodiscard]] OrFaults<NodeConfig> parse_node_config(std::string_view text,
                                                     const std::string& file);

/// What only genesis can tell: that the node is a founder's, that each other founder has an
/// address and nobody else, and what a production chain forbids.
[[nodiscard]] Faults check_against(const NodeConfig& config, const Genesis& genesis);

}  // namespace tally::config
