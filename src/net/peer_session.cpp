// One connection between two nodes: TLS, handshake frames, then frames both ways.
#include "net/peer_session.h"

#include <algorithm>
#include <array>

#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>

#include <tally/base/limits.h>
#include <tally/codec/reader.h>

namespace tally::net {
namespace {

using boost::system::error_code;

/// Ticks in a heartbeat: deadlines of a link are kept this finely.
constexpr std::uint64_t kTicksInHeartbeat = 4;

bool is_end_of_stream(const error_code& error) {
  return error == asio::error::eof || error == asio::ssl::error::stream_truncated ||
         error == asio::error::connection_reset || error == asio::error::broken_pipe;
}

bool is_certificate_refused(const error_code& error) {
  if (error.category() != asio::error::get_ssl_category()) return false;
  const int reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
  return reason == SSL_R_CERTIFICATE_VERIFY_FAILED ||
         reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE;
}

}  // namespace

PeerSession::PeerSession(asio::io_context& io, Tls& tls, const LinkTimes& times, Role role)
    : io_(io),
      tls_(tls),
      times_(times),
      role_(role),
      stream_(io, tls.context()),
      deadline_(io),
      assembler_(limits::kFrameBytesMax),
      pause_(io),
      wake_writer_(io),
      ticker_(io) {
  Tls::watch(stream_.native_handle(), presented_);
}

void PeerSession::arm(Duration span, const char* reason) {
  if (closed_) return;
  deadline_.expires_after(as_chrono(span));
  // An expiry that is already on its way cannot be cancelled any more; its number is old by then.
  deadline_.async_wait(
      [self = shared_from_this(), reason, armed = ++armed_](const error_code& error) {
        if (!error && armed == self->armed_) self->close(reason);
      });
}

void PeerSession::disarm() {
  ++armed_;
  deadline_.cancel();
}

asio::awaitable<Result<Handshake>> PeerSession::authenticate(const LocalNode& local) {
  Result<NodeIndex> pinned = co_await secure();
  if (!pinned.ok()) co_return pinned.error();
  Result<Exporter> exporter = exporter_of(stream_.native_handle());
  if (!exporter.ok()) co_return with_context("TLS", exporter.error());

  const consensus::Validator* own = local.epoch.find(local.self);
  CHECK(own != nullptr);
  Handshake handshake;
  handshake.node = local.self;
  handshake.merchant = own->merchant;
  handshake.chain = local.epoch.chain;
  handshake.instance = local.instance;
  handshake.nonce = random_fixed<Nonce>();
  const Bytes sealed = seal_handshake(handshake, role_, *exporter, local.consensus_key);
  const auto length = frame_length(sealed.size());
  Bytes frame(length.begin(), length.end());
  frame.insert(frame.end(), sealed.begin(), sealed.end());

  arm(times_.handshake, "HANDSHAKE_TIMEOUT");
  const auto [error, written] = co_await asio::async_write(stream_, asio::buffer(frame), kAwait);
  if (error) co_return failure(error);
  Result<Bytes> theirs = co_await read_handshake();
  disarm();
  if (!theirs.ok()) co_return theirs.error();
  const Role peer = role_ == Role::Dialer ? Role::Acceptor : Role::Dialer;
  co_return open_handshake(*theirs, peer, *exporter, local.epoch, *pinned);
}

asio::awaitable<Result<NodeIndex>> PeerSession::secure() {
  arm(times_.tls, "TLS_TIMEOUT");
  error_code ignored;
  socket().set_option(tcp::no_delay(true), ignored);
  const auto side =
      role_ == Role::Dialer ? asio::ssl::stream_base::client : asio::ssl::stream_base::server;
  const auto [error] = co_await stream_.async_handshake(side, kAwait);
  if (error) co_return failure(error);
  disarm();
  if (!speaks_peer_protocol(stream_.native_handle()))
    co_return Error{ErrorCode::Conflict, "ALPN missing"};
  const std::optional<NodeIndex> node = tls_.node_of(presented_);
  if (!node) co_return Error{ErrorCode::Refused, "NOT_A_VALIDATOR"};
  co_return *node;
}

asio::awaitable<Result<Bytes>> PeerSession::read_handshake() {
  std::array<std::uint8_t, kLengthBytes> prefix{};
  // Exactly what is asked for: the bytes after it are `run`'s.
  const auto [error, count] = co_await asio::async_read(stream_, asio::buffer(prefix), kAwait);
  if (error) co_return failure(error);
  const std::uint32_t length = codec::Reader(prefix).u32();
  if (length == 0 || length > kHandshakeBytesMax)
    co_return malformed("MALFORMED_HANDSHAKE length=" + std::to_string(length));
  Bytes frame(length);
  const auto [cut, size] = co_await asio::async_read(stream_, asio::buffer(frame), kAwait);
  if (cut) co_return failure(cut);
  co_return frame;
}

asio::awaitable<void> PeerSession::run(FrameHandler on_frame, std::chrono::milliseconds pause) {
  spawn(write_frames());
  spawn(watch());
  co_await rest(pause);
  Bytes piece(kPieceBytes);
  while (is_open()) {
    const auto [error, count] = co_await stream_.async_read_some(asio::buffer(piece), kAwait);
    if (error) {
      close(failure(error).message);
      break;
    }
    silent_ticks_ = 0;
    co_await handle_frames(ByteView(piece).first(count), on_frame);
  }
}

asio::awaitable<void> PeerSession::handle_frames(ByteView piece, const FrameHandler& on_frame) {
  while (is_open()) {
    const Result<std::optional<ByteView>> taken = assembler_.take(piece);
    if (!taken.ok()) {
      close("FRAME_TOO_LONG " + taken.error().message);
      co_return;
    }
    const std::optional<ByteView> frame = taken.value();
    if (!frame) co_return;
    body_ticks_ = 0;
    if (!frame->empty() && frame->front() == kHandshakeType) {
      close("HANDSHAKE_TWICE");
      co_return;
    }
    co_await rest(on_frame(*frame));
  }
}

/// One frame, then everybody else's turn: heartbeats, writes, other peers.
asio::awaitable<void> PeerSession::rest(std::chrono::milliseconds pause) {
  if (pause == std::chrono::milliseconds::zero()) {
    co_await asio::post(io_, asio::use_awaitable);
  } else if (is_open()) {
    pause_.expires_after(pause);
    co_await pause_.async_wait(kAwait);
  }
  silent_ticks_ = 0;
}

void PeerSession::send(SharedFrame frame) {
  if (closed_) return;
  queued_bytes_ += frame->size() + kLengthBytes;
  if (queued_bytes_ > limits::kPeerOutboundBytes) {
    close("OUTBOUND_FULL");
    return;
  }
  queue_.push_back(std::move(frame));
  wake_writer_.cancel();
}

asio::awaitable<void> PeerSession::write_frames() {
  Bytes piece;
  piece.reserve(kPieceBytes);
  while (is_open()) {
    fill_piece(piece);
    if (piece.empty()) {
      wake_writer_.expires_at(asio::steady_timer::time_point::max());
      co_await wake_writer_.async_wait(kAwait);
      continue;
    }
    writing_ = true;
    stalled_ticks_ = 0;
    const auto [error, count] = co_await asio::async_write(stream_, asio::buffer(piece), kAwait);
    writing_ = false;
    if (error) close(failure(error).message);
  }
}

/// Many small frames, or a part of a large one, so that one write is one to four TLS records.
void PeerSession::fill_piece(Bytes& piece) {
  piece.clear();
  while (!queue_.empty() && piece.size() < kPieceBytes) {
    const Bytes& front = *queue_.front();
    const auto length = frame_length(front.size());
    for (; front_written_ < kLengthBytes && piece.size() < kPieceBytes; ++front_written_)
      piece.push_back(length[front_written_]);
    if (front_written_ < kLengthBytes) return;
    const ByteView rest = ByteView(front).subspan(front_written_ - kLengthBytes);
    const ByteView part = rest.first(std::min(rest.size(), kPieceBytes - piece.size()));
    piece.insert(piece.end(), part.begin(), part.end());
    front_written_ += part.size();
    if (part.size() < rest.size()) return;
    queued_bytes_ -= front.size() + kLengthBytes;
    front_written_ = 0;
    queue_.pop_front();
  }
}

asio::awaitable<void> PeerSession::watch() {
  while (is_open()) {
    ticker_.expires_after(as_chrono(times_.heartbeat) / kTicksInHeartbeat);
    co_await ticker_.async_wait(kAwait);
    if (is_open()) tick();
  }
}

void PeerSession::tick() {
  const auto ticks_in = [&](Duration span) {
    return kTicksInHeartbeat * span.milliseconds() / times_.heartbeat.milliseconds();
  };
  static const SharedFrame heartbeat = std::make_shared<const Bytes>();
  ++silent_ticks_;
  body_ticks_ = assembler_.is_inside() ? body_ticks_ + 1 : 0;
  stalled_ticks_ = writing_ ? stalled_ticks_ + 1 : 0;
  if (silent_ticks_ > ticks_in(times_.silence)) return close("SILENT");
  if (body_ticks_ > ticks_in(times_.body)) return close("FRAME_TIMEOUT");
  if (stalled_ticks_ > ticks_in(times_.silence)) return close("NOT_READING");
  if (++ticks_ % kTicksInHeartbeat == 0 && queue_.empty()) send(heartbeat);
}

void PeerSession::close(std::string reason) {
  if (closed_) return;
  closed_ = true;
  close_reason_ = std::move(reason);
  disarm();
  pause_.cancel();
  wake_writer_.cancel();
  ticker_.cancel();
  queue_.clear();
  // No TLS goodbye: frames have lengths, so an end cut short is seen as one.
  error_code ignored;
  socket().close(ignored);
}

void PeerSession::spawn(asio::awaitable<void> task) {
  asio::co_spawn(io_, std::move(task), [self = shared_from_this()](const std::exception_ptr& e) {
    if (e) self->close("EXCEPTION");
  });
}

/// What an operation's error means; the reason of `close` if that was the cause.
Error PeerSession::failure(const error_code& error) const {
  if (closed_) return Error{ErrorCode::Unavailable, close_reason_};
  if (is_certificate_refused(error))
    return Error{ErrorCode::Refused,
                 "NOT_A_VALIDATOR key=" +
                     (presented_.is_zero() ? std::string("none") : to_hex(presented_.view()))};
  if (is_end_of_stream(error)) return Error{ErrorCode::Unavailable, "CLOSED_BY_PEER"};
  if (error.category() == asio::error::get_ssl_category())
    return Error{ErrorCode::Malformed, "TLS " + printable(error.message())};
  return Error{ErrorCode::Io, "SOCKET " + printable(error.message())};
}

}  // namespace tally::net
