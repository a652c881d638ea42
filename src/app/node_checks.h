// What tallyd checks before it touches a node's data, in the order in which faults count: usage,
// configuration, genesis, keys, directory, data, resources (design/bad-inputs.md).
#pragma once

#include "app/fault_kinds.h"

#include <tally/config/genesis_file.h>
#include <tally/config/node_config.h>
#include <tally/node/recovery.h>

#include <string>

namespace tally::app {

/// A node's keys, each checked to be the one that genesis names for it.
struct NodeKeys {
  crypto::PrivateKey consensus;
  crypto::PrivateKey gateway;
  std::string consensus_pem;
  std::string peer_tls_pem;
  std::string front_door_pem;
  std::string front_door_certificate_pem;
  std::string client_ca_pem;
};

/// Configuration, genesis and keys of one node, which fit together.
struct CheckedNode {
  config::NodeConfig config;
  SignedGenesis genesis;
  NodeKeys keys;
  std::vector<std::string> warnings;  ///< log lines; nothing that forbids to start
};

[[nodiscard]] OrFaults<CheckedNode> check_node(const std::string& config_file);

/// DIR-002, 004, 005, 007, 008: the folder of the data exists, is this user's alone, and nobody
/// can put another in its place. Creates nothing.
[[nodiscard]] Faults check_directory(const CheckedNode& node, bool allow_root);
/// The same of the folder that a new one will stand in.
[[nodiscard]] Faults check_parent(const CheckedNode& node, bool allow_root);

/// What init_data, DataLock and open_data refused, as the fault that it is.
[[nodiscard]] Fault fault_of_data(const Error& error, const std::string& folder);

/// Why a running node stopped by itself, as the fault that it is.
[[nodiscard]] Fault fault_of_stop(const Error& error, const std::string& folder);

/// The founder that this node is, and its index.
[[nodiscard]] const Founder& founder_of(const CheckedNode& node);

}  // namespace tally::app
