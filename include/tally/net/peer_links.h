// PeerLinks: carries frames between nodes over mutual TLS 1.3 with pinned keys.
#pragma once

#include <tally/base/time.h>
#include <tally/consensus/epoch.h>
#include <tally/consensus/replica.h>
#include <tally/crypto/signature.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tally::net {

/// Host and port as written in node.toml. The host is a numeric address or a name.
struct Address {
  std::string host;
  std::uint16_t port = 0;
};

/// How long the links wait for what (design/security.md §3). Only tests have reasons to shorten.
struct LinkTimes {
  Duration dial{3'000};       ///< connecting, the name's resolution not counted
  Duration tls{5'000};        ///< from TCP to the end of the TLS handshake
  Duration handshake{3'000};  ///< from there to the end of the peer's handshake frame
  Duration body{10'000};      ///< from a frame's length to its last byte
  Duration heartbeat{3'000};  ///< an idle link says so this often; at least 4 ms
  Duration silence{15'000};   ///< nothing heard, or nothing taken, for so long closes the link
  Duration redial_min{100};   ///< doubles up to `redial_max`, each with jitter
  Duration redial_max{5'000};
  Duration penalty{30'000};  ///< a peer with too many faults stays away for so long
};

struct LinkSettings {
  consensus::Epoch epoch;  ///< pins and keys of all nodes
  NodeIndex self;
  Address listen;                 ///< port 0: a free one; see PeerLinks::port
  std::vector<Address> peers;     ///< by node index; only those below `self` are dialled
  std::string tls_key_pem;        ///< peer TLS key; its SPKI's SHA-256 is pinned in the epoch
  std::string consensus_key_pem;  ///< signs the handshake, bound to the TLS exporter
  LinkTimes times;
};

/// All are called on the network's thread and must not block. Only `on_frame` may not be empty.
struct LinkHandlers {
  /// A whole frame from an authenticated peer, 1 … kFrameBytesMax bytes; what it returns is sent
  /// at once. It may take some 10 ms; each peer has one frame in turn, and one whose frames take
  /// more than its share of the thread waits (fair_share.h). An error is the peer's
  /// fault if it is Malformed, OutOfLimits or BadSignature (10 marks), perhaps a newer version's if
  /// it is Conflict, NotFound or Refused (1), and otherwise ours. At 30 marks, which fade by one in
  /// 6 s, the link closes for `penalty`; never more than f peers at once, further ones are slowed.
  std::function<Result<std::vector<consensus::Frame>>(NodeIndex from, ByteView frame)> on_frame;
  /// How many peers are linked now, at each change.
  std::function<void(std::size_t connected)> on_links;
  /// Another process proved to hold both keys of this node: stop voting (bad-inputs.md NET-09).
  std::function<void()> on_twin;
};

/// One link a pair: the higher node index dials the lower one, with backoff and jitter, for ever; a
/// new link of a node replaces its old one. One thread of its own, which outlives exceptions.
class PeerLinks {
 public:
  /// Io: cannot listen, naming the address. Conflict: a key is not the one that the epoch has for
  /// `self`, no such node, or not an address for each node. Malformed: a key that is no key.
  [[nodiscard]] static Result<std::unique_ptr<PeerLinks>> start(LinkSettings settings,
                                                                LinkHandlers handlers);
  /// Closes all links and joins the thread. No handler runs after it. REQUIRES: not on that thread
  ~PeerLinks();
  PeerLinks(const PeerLinks&) = delete;
  PeerLinks& operator=(const PeerLinks&) = delete;

  /// Thread-safe, never blocks. A peer that is not connected gets nothing; one whose queue passes
  /// kPeerOutboundBytes is disconnected; and if the thread is so busy that as much waits for it,
  /// all of `frames` is dropped: consensus sends again on status. What arrives, arrives in order.
  /// REQUIRES: no frame is empty or starts with byte 0, the links' own type
  void send(std::vector<consensus::Frame> frames);

  /// Where it listens: the port of the settings, or the free one that was found.
  [[nodiscard]] std::uint16_t port() const;

 private:
  class Inside;
  explicit PeerLinks(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace tally::net
