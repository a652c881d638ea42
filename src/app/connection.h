// Connection: from a command's options to a client of the nodes, and the key that signs.
#pragma once

#include "app/fault_kinds.h"
#include "app/localnet.h"

#include <tally/client/client.h>
#include <tally/crypto/signature.h>

#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tally::app {

/// Either a local network and one of its people, or everything by name.
struct ConnectionOptions {
  std::string net = "localnet";
  std::string as;  ///< MERCHANT/ROLE; empty: the first merchant's operator
  std::vector<std::string> endpoints;
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  std::string sign_key_file;
  std::uint32_t merchant = 0;
};

/// Adds --net, --as, --endpoint, --ca, --cert, --key, --sign-key and --merchant.
void add_connection_options(CLI::App& command, ConnectionOptions& options);

/// Who calls, and where: what a Client and a signature need.
struct Identity {
  client::ClientSettings settings;             ///< the own merchant's node first
  std::optional<crypto::PrivateKey> sign_key;  ///< none: the node seals (terminals), or reads alone
  std::optional<MerchantId> merchant;          ///< whose person or terminal this is
};

/// `as` of `net`: ROLE is operator, import (an operator's key that may backdate), terminal or
/// auditor. The first two have a sign key.
[[nodiscard]] OrFaults<Identity> identity_of(const Localnet& net, const std::string& as);
[[nodiscard]] OrFaults<Identity> identity_from(const ConnectionOptions& options);

struct Connection {
  std::unique_ptr<client::Client> client;
  std::optional<crypto::PrivateKey> sign_key;
  std::optional<MerchantId> merchant;
};
[[nodiscard]] OrFaults<Connection> connect(const ConnectionOptions& options);

/// What a node's answer or silence means to the caller: NET-001 where it cannot be reached,
/// NET-002 where it refused, NET-004 where it knows nothing of that name.
[[nodiscard]] Fault fault_from_node(const Error& error, const std::string& endpoint);

}  // namespace tally::app
