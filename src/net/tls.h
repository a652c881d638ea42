// Tls: TLS 1.3 between nodes, where the pinned key is the identity and nothing else is read.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/ssl/context.hpp>

#include <tally/base/result.h>
#include <tally/consensus/epoch.h>

#include "net/handshake.h"

namespace tally::net {

/// One context for both directions. Lives longer than any connection made with it.
class Tls {
 public:
  /// Malformed: no private key. Conflict: not the key that the epoch pins for `self`.
  [[nodiscard]] static Result<Tls> make(const std::string& key_pem, const consensus::Epoch& epoch,
                                        NodeIndex self);

  [[nodiscard]] boost::asio::ssl::context& context() { return context_; }

  /// Where the key that the peer presents is written to, pinned or not; before the handshake.
  /// `presented` lives as long as `ssl` is used.
  static void watch(SSL* ssl, KeyId& presented);
  /// Whose key it is; none: nobody's.
  [[nodiscard]] std::optional<NodeIndex> node_of(const KeyId& presented) const;

 private:
  Tls(boost::asio::ssl::context context, std::unique_ptr<std::vector<KeyId>> pins)
      : context_(std::move(context)), pins_(std::move(pins)) {}

  boost::asio::ssl::context context_;
  std::unique_ptr<std::vector<KeyId>> pins_;  ///< by node index; its address is the callback's
};

/// Whether the finished handshake agreed on ALPN `tally-peer/1`.
[[nodiscard]] bool speaks_peer_protocol(SSL* ssl);
/// Of the finished handshake. Unavailable: OpenSSL has none.
[[nodiscard]] Result<Exporter> exporter_of(SSL* ssl);

/// The operating system's randomness, by way of OpenSSL.
void fill_random(std::span<std::uint8_t> bytes);
template <typename Fixed>
[[nodiscard]] Fixed random_fixed() {
  Fixed fixed;
  fill_random(fixed.array());
  return fixed;
}

}  // namespace tally::net
