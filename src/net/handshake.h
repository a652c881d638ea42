// The handshake frame: who speaks, of which chain, proved by the consensus key over this very
// TLS connection.
#pragma once

#include <cstdint>

#include <tally/base/bytes.h>
#include <tally/base/ids.h>
#include <tally/base/result.h>
#include <tally/consensus/epoch.h>
#include <tally/crypto/signature.h>

namespace tally::net {

/// FORMAT: wire, signed. Who opened the TCP connection: a frame sent back to its sender does not
/// verify.
enum class Role : std::uint8_t { Dialer = 1, Acceptor = 2 };

/// Random, of one process: tells two processes with the same keys apart.
using InstanceId = FixedBytes<struct InstanceTag, 16>;
using Nonce = FixedBytes<struct NonceTag, 32>;
/// The TLS exporter's value: the same at both ends of one connection, and nowhere else.
using Exporter = FixedBytes<struct ExporterTag, 32>;

inline constexpr std::uint8_t kHandshakeType = 0;  ///< consensus' message types start at 1
inline constexpr std::uint16_t kHandshakeVersion = 1;
inline constexpr std::uint16_t kProtocolMin = 1;
inline constexpr std::uint16_t kProtocolMax = 1;
inline constexpr std::size_t kHandshakeBytesMax = 1'024;  ///< room for later versions

/// FORMAT: wire, signed; docs/formats.md.
struct Handshake {
  NodeIndex node;
  MerchantId merchant;
  consensus::Hash chain;
  std::uint16_t protocol_min = kProtocolMin;
  std::uint16_t protocol_max = kProtocolMax;
  std::uint64_t features = 0;  ///< unknown bits are ignored
  InstanceId instance;
  Nonce nonce;
};

/// The frame that says `handshake`, signed for this connection.
[[nodiscard]] Bytes seal_handshake(const Handshake& handshake, Role own, const Exporter& exporter,
                                   const crypto::PrivateKey& consensus_key);

/// Reads and checks the peer's frame; `pinned` is the node whose TLS key it has. Messages start
/// with a word in capitals that names the reason: VERSION, GENESIS_MISMATCH (both hashes),
/// WRONG_NODE, BAD_SIGNATURE, MALFORMED_HANDSHAKE.
[[nodiscard]] Result<Handshake> open_handshake(ByteView frame, Role peer, const Exporter& exporter,
                                               const consensus::Epoch& epoch, NodeIndex pinned);

}  // namespace tally::net
