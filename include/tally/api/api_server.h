// ApiServer: the gRPC front door of a node.
#pragma once

#include <tally/model/genesis.h>
#include <tally/node/node_loop.h>

#include <cstdint>
#include <memory>
#include <string>

namespace tally::api {

struct ApiSettings {
  std::string listen;           ///< "127.0.0.1:7101"; port 0: any that is free
  std::string certificate_pem;  ///< the front door's chain, by its merchant's CA
  std::string key_pem;
  std::string client_ca_pem;  ///< bundle of all merchants' CAs
  bool reflection = false;    ///< development only
  MerchantId merchant;        ///< whose node this is: it seals for these callers alone
};

/// Serves until destroyed. Borrows `loop`, which outlives it.
class ApiServer {
 public:
  /// Io: cannot listen. Malformed: a certificate or key is not one, or they do not match.
  [[nodiscard]] static Result<std::unique_ptr<ApiServer>> start(ApiSettings settings,
                                                                const SignedGenesis& genesis,
                                                                node::NodeLoop& loop);
  ~ApiServer();  ///< refuses new calls, waits a bounded time for open ones

  /// Where it listens: of use where the settings asked for port 0.
  [[nodiscard]] std::uint16_t port() const;

  /// Answers the calls that wait for these receipts; returns at once. For NodeLoop's `replies`
  /// wake: `server->deliver(loop->take_replies())`.
  void deliver(std::vector<node::CertifiedReceipts> replies);
  /// Health turns NOT_SERVING, writes are answered UNAVAILABLE.
  void set_halted(const std::string& reason);

 private:
  class Inside;
  explicit ApiServer(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace tally::api
