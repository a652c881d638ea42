// PeerSession: one connection to another node, from TCP to its end.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <tally/net/peer_links.h>

#include "net/framing.h"
#include "net/handshake.h"
#include "net/tls.h"

namespace tally::net {

namespace asio = boost::asio;
using asio::ip::tcp;

/// Errors as values, not as exceptions.
inline constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

[[nodiscard]] inline std::chrono::milliseconds as_chrono(Duration span) {
  return std::chrono::milliseconds(span.milliseconds());
}

/// One copy for all peers that it goes to.
using SharedFrame = std::shared_ptr<const Bytes>;

/// What a node says of itself on every link.
struct LocalNode {
  consensus::Epoch epoch;
  NodeIndex self;
  crypto::PrivateKey consensus_key;
  InstanceId instance;
};

/// A frame, empty for a heartbeat; the answer is how long not to read on.
using FrameHandler = std::function<std::chrono::milliseconds(ByteView frame)>;

/// All on the network's thread. Its coroutines keep it alive; `close` ends them.
class PeerSession : public std::enable_shared_from_this<PeerSession> {
 public:
  /// Borrows all but `role`.
  PeerSession(asio::io_context& io, Tls& tls, const LinkTimes& times, Role role);

  [[nodiscard]] tcp::socket& socket() { return stream_.next_layer(); }

  /// Closes the connection with `reason` after `span`, unless armed again or disarmed before.
  void arm(Duration span, const char* reason);
  void disarm();

  /// TLS and the handshake frames, within their deadlines. REQUIRES: connected. The error's message
  /// starts with the reason, a word in capitals.
  [[nodiscard]] asio::awaitable<Result<Handshake>> authenticate(const LocalNode& local);

  /// Reads until the connection ends, from `pause` on, and writes what `send` is given.
  /// REQUIRES: authenticated
  [[nodiscard]] asio::awaitable<void> run(FrameHandler on_frame, std::chrono::milliseconds pause);

  /// Never blocks. A queue above kPeerOutboundBytes closes the connection.
  void send(SharedFrame frame);

  /// The first reason stands.
  void close(std::string reason);
  [[nodiscard]] bool is_open() const { return !closed_; }
  [[nodiscard]] const std::string& close_reason() const { return close_reason_; }

 private:
  using Stream = asio::ssl::stream<tcp::socket>;

  [[nodiscard]] Error failure(const boost::system::error_code& error) const;
  [[nodiscard]] asio::awaitable<Result<NodeIndex>> secure();
  [[nodiscard]] asio::awaitable<Result<Bytes>> read_handshake();
  [[nodiscard]] asio::awaitable<void> handle_frames(ByteView piece, const FrameHandler& on_frame);
  [[nodiscard]] asio::awaitable<void> rest(std::chrono::milliseconds pause);
  [[nodiscard]] asio::awaitable<void> write_frames();
  [[nodiscard]] asio::awaitable<void> watch();
  void tick();
  void spawn(asio::awaitable<void> task);
  void fill_piece(Bytes& piece);

  asio::io_context& io_;
  Tls& tls_;
  const LinkTimes& times_;
  Role role_;
  KeyId presented_;
  Stream stream_;
  asio::steady_timer deadline_;
  std::uint64_t armed_ = 0;

  FrameAssembler assembler_;
  asio::steady_timer pause_;
  std::deque<SharedFrame> queue_;
  std::size_t queued_bytes_ = 0;
  std::size_t front_written_ = 0;  ///< bytes of the first frame, its length counted, that are gone
  bool writing_ = false;
  asio::steady_timer wake_writer_;

  // Time on a link is counted in ticks of its own, not read off a clock: a thread that was busy
  // for long has heard nobody, and must not blame all peers at once.
  asio::steady_timer ticker_;
  std::uint64_t ticks_ = 0;
  std::uint64_t silent_ticks_ = 0;
  std::uint64_t body_ticks_ = 0;
  std::uint64_t stalled_ticks_ = 0;

  bool closed_ = false;
  std::string close_reason_;
};

}  // namespace tally::net
