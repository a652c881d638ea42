// Localnet: a network of real nodes in one folder, as localnet.json describes it.
//
//   DIR/localnet.json                what this header holds
//   DIR/genesis.toml, ca.pem         of all; each node has a copy of the first
//   DIR/merchants/NAME/              the merchant's CA and the keys of its people
//   DIR/node-1 …                     node.toml, genesis.toml, keys/, data/, log
#pragma once

#include "app/fault_kinds.h"

#include <tally/base/ids.h>

#include <sys/types.h>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tally::app {

/// One merchant with its node; the pid counts only with the start time, since pids come again.
struct LocalNode {
  unsigned number = 0;  ///< 1 …, as people say it; its NodeIndex is one less
  MerchantId merchant;
  std::string name;  ///< of the merchant, and of its folder
  std::uint16_t client_port = 0;
  std::uint16_t peer_port = 0;
  pid_t pid = 0;              ///< 0: not started
  std::uint64_t started = 0;  ///< clock ticks after boot, as the kernel tells it
  friend bool operator==(const LocalNode&, const LocalNode&) = default;
};

struct Localnet {
  std::string folder;  ///< absolute; not stored, so that the folder may be moved while stopped
  std::string chain_name;
  bool set_up = false;  ///< keys and programmes are on the ledger
  std::vector<LocalNode> nodes;
};

[[nodiscard]] std::string file_of(const Localnet& net);
[[nodiscard]] std::string folder_of(const Localnet& net, const LocalNode& node);
[[nodiscard]] std::string merchant_folder(const Localnet& net, const std::string& merchant);
[[nodiscard]] std::string client_endpoint(const LocalNode& node);

/// LOC-001: there is none. LOC-002: it does not say what it must.
[[nodiscard]] OrFaults<Localnet> read_localnet(const std::string& folder);
[[nodiscard]] Faults write_localnet(const Localnet& net);

[[nodiscard]] std::string json_of(const Localnet& net);
[[nodiscard]] OrFaults<Localnet> localnet_from(std::string_view json, const std::string& folder);

/// nullptr: no such merchant.
[[nodiscard]] const LocalNode* find_merchant(const Localnet& net, std::string_view name);

}  // namespace tally::app
