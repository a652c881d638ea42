// PeerLinks: listens, dials, keeps one link a pair, and judges what peers send.
#include <tally/net/peer_links.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <set>
#include <thread>
#include <utility>

#include <openssl/crypto.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>

#include <tally/base/limits.h>
#include <tally/base/log.h>
#include <tally/net/fair_share.h>

#include "net/backoff.h"
#include "net/demerits.h"
#include "net/door.h"
#include "net/log_limit.h"
#include "net/peer_session.h"

namespace tally::net {
namespace {

using boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::size_t kRefusalsLoggedPerMinute = 1;  ///< of each reason
constexpr std::size_t kChangesLoggedPerMinute = 10;  ///< of each node's links
constexpr const char* kStopping = "STOPPING";        ///< the one reason that is nobody's trouble
constexpr milliseconds kPauseAfterFailure{100};      ///< no descriptors or memory: no busy loop
constexpr milliseconds kSlowed{100};  ///< between frames of a faulty peer that we cannot cut off

std::string text_of(const Address& address) {
  return printable(address.host) + ":" + std::to_string(address.port);
}

std::string text_of(const tcp::endpoint& endpoint) {
  return endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
}

std::string node_text(NodeIndex node) {
  return "node=" + std::to_string(node.value());
}

/// The reason that a refusal's message starts with.
std::string reason_in(const Error& error) {
  return error.message.substr(0, error.message.find_first_of(" :"));
}

Error cannot_listen(const Address& address, const std::string& why) {
  return Error{ErrorCode::Io, "cannot listen on " + text_of(address) + ": " + why};
}

/// The processor's time, not the clock's: a host that stops us for a second is no peer's fault.
FairShare::Cost thread_time() {
  timespec time{};
  CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0);
  return std::chrono::seconds(time.tv_sec) +
         std::chrono::duration_cast<FairShare::Cost>(std::chrono::nanoseconds(time.tv_nsec));
}

/// What start() checked, and the threads' objects are made of.
struct Checked {
  Tls tls;
  crypto::PrivateKey consensus_key;
};

Result<Checked> check_keys(const LinkSettings& settings) {
  TRY(Tls tls, Tls::make(settings.tls_key_pem, settings.epoch, settings.self));
  TRY(crypto::PrivateKey key, crypto::PrivateKey::from_pem(settings.consensus_key_pem));
  if (key.public_key() != settings.epoch.find(settings.self)->key)
    return Error{ErrorCode::Conflict, "the consensus key is not the one of node " +
                                          std::to_string(settings.self.value())};
  if (settings.peers.size() != settings.epoch.validators.size())
    return Error{ErrorCode::Conflict, "got " + std::to_string(settings.peers.size()) +
                                          " peer addresses; expected " +
                                          std::to_string(settings.epoch.validators.size())};
  return Checked{std::move(tls), std::move(key)};
}

}  // namespace

/// Everything but construction and `send` runs on the network's thread.
class PeerLinks::Inside {
 public:
  Inside(LinkSettings settings, LinkHandlers handlers, Checked checked);
  ~Inside();

  [[nodiscard]] Result<void> listen();
  [[nodiscard]] Result<void> start_thread();
  void send(std::vector<consensus::Frame> frames);
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  using Session = std::shared_ptr<PeerSession>;

  struct Peer {
    Peer(const LinkTimes& times, std::size_t faulty) : backoff(times), share(faulty) {}

    Backoff backoff;
    FairShare share;
    Session session;
    Demerits demerits;
    SteadyTime away_until{};
    SteadyTime heartbeat{};
    InstanceId instance;         ///< of the newest link
    InstanceId instance_before;  ///< of the last link by another instance
  };

  /// Keeps a session among those that stopping closes, and closes it at the end.
  class Registered {
   public:
    Registered(Inside& inside, Session session) : inside_(inside), session_(std::move(session)) {
      inside_.sessions_.insert(session_);
    }
    ~Registered() {
      session_->close("ENDED");
      inside_.sessions_.erase(session_);
    }
    Registered(const Registered&) = delete;
    Registered& operator=(const Registered&) = delete;

   private:
    Inside& inside_;
    Session session_;
  };

  void run() noexcept;
  void stop();

  asio::awaitable<void> for_ever(std::function<asio::awaitable<void>()> once);
  asio::awaitable<void> accept();
  asio::awaitable<void> serve(tcp::socket socket);
  asio::awaitable<void> dial(NodeIndex to);
  asio::awaitable<bool> link(NodeIndex to);
  asio::awaitable<Result<void>> connect(Session session, NodeIndex to);
  asio::awaitable<void> live(Session session, Handshake handshake, std::string address);
  asio::awaitable<void> wait(milliseconds span);

  [[nodiscard]] Result<void> judge(const Handshake& handshake, std::optional<NodeIndex> dialled);
  void adopt(const Session& session, const Handshake& handshake, const std::string& address);
  void note_instance(NodeIndex node, const InstanceId& instance);
  void drop(const Session& session, NodeIndex node);
  void report_links();

  [[nodiscard]] milliseconds on_frame(NodeIndex from, ByteView frame);
  void handle_frame(NodeIndex from, ByteView frame);
  void on_heartbeat(NodeIndex from);
  [[nodiscard]] milliseconds punish(NodeIndex from);
  void distribute(std::vector<consensus::Frame> frames);

  void log_refusal(const std::string& who, const Error& error);
  void log_change(NodeIndex node, const std::string& line);
  void spawn(asio::awaitable<void> task);
  [[nodiscard]] Peer& peer(NodeIndex node) { return peers_[node.value()]; }
  [[nodiscard]] static SteadyTime now() { return std::chrono::steady_clock::now(); }

  // Constant after construction.
  LinkSettings settings_;
  LinkHandlers handlers_;
  Tls tls_;
  LocalNode local_;
  std::uint16_t port_ = 0;

  // Of the network's thread.
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  tcp::resolver resolver_{io_};
  bool stopping_ = false;
  std::vector<Peer> peers_;
  std::set<Session> sessions_;
  std::set<asio::steady_timer*> waits_;
  Door door_;
  LogLimit log_limit_;
  std::size_t connected_ = 0;

  std::atomic<std::size_t> posted_bytes_ = 0;  ///< given to send() and not yet distributed
  std::thread thread_;
};

Result<std::unique_ptr<PeerLinks>> PeerLinks::start(LinkSettings settings, LinkHandlers handlers) {
  CHECK(handlers.on_frame != nullptr);
  CHECK(settings.times.heartbeat.milliseconds() >= 4);
  TRY(Checked checked, check_keys(settings));
  // The keys live on in OpenSSL's and crypto's keeping alone.
  OPENSSL_cleanse(settings.tls_key_pem.data(), settings.tls_key_pem.size());
  OPENSSL_cleanse(settings.consensus_key_pem.data(), settings.consensus_key_pem.size());
  auto inside =
      std::make_unique<Inside>(std::move(settings), std::move(handlers), std::move(checked));
  TRY_VOID(inside->listen());
  TRY_VOID(inside->start_thread());
  return std::unique_ptr<PeerLinks>(new PeerLinks(std::move(inside)));
}

PeerLinks::PeerLinks(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
PeerLinks::~PeerLinks() = default;

void PeerLinks::send(std::vector<consensus::Frame> frames) {
  inside_->send(std::move(frames));
}

std::uint16_t PeerLinks::port() const {
  return inside_->port();
}

PeerLinks::Inside::Inside(LinkSettings settings, LinkHandlers handlers, Checked checked)
    : settings_(std::move(settings)),
      handlers_(std::move(handlers)),
      tls_(std::move(checked.tls)),
      local_{settings_.epoch, settings_.self, std::move(checked.consensus_key),
             random_fixed<InstanceId>()},
      peers_(settings_.epoch.validators.size(),
             Peer(settings_.times, settings_.epoch.quorum().faulty())) {
  for (const Address& address : settings_.peers) {
    error_code named;
    const auto numeric = asio::ip::make_address(address.host, named);
    if (!named) door_.expect(numeric);
  }
}

PeerLinks::Inside::~Inside() {
  if (!thread_.joinable()) return;
  CHECK(thread_.get_id() != std::this_thread::get_id());
  asio::post(io_, [this] { stop(); });
  thread_.join();
}

Result<void> PeerLinks::Inside::listen() {
  const Address& address = settings_.listen;
  error_code error;
  const auto found =
      resolver_.resolve(address.host, std::to_string(address.port), tcp::resolver::passive, error);
  if (error || found.empty()) return cannot_listen(address, error.message());
  const tcp::endpoint endpoint = found.begin()->endpoint();
  acceptor_.open(endpoint.protocol(), error);
  // A restart must not wait for the old connections' TIME_WAIT.
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(tcp::acceptor::max_listen_connections, error);
  if (error) return cannot_listen(address, error.message());
  port_ = acceptor_.local_endpoint(error).port();
  if (error) return cannot_listen(address, error.message());
  return {};
}

Result<void> PeerLinks::Inside::start_thread() {
  spawn(for_ever([this] { return accept(); }));
  for (std::uint16_t node = 0; node < settings_.self.value(); ++node)
    spawn(for_ever([this, node] { return dial(NodeIndex(node)); }));
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    return Error{ErrorCode::Io, std::string("cannot start the network's thread: ") + error.what()};
  }
  return {};
}

/// The thread's edge: an exception costs what it interrupted, never the thread.
void PeerLinks::Inside::run() noexcept {
  while (true) {
    try {
      io_.run();
      return;
    } catch (const std::exception& error) {
      log::error("network_exception what=" + printable(error.what()));
    }
  }
}

/// All that waits is woken up and sees `stopping_`; with nothing left to do, `run` returns.
void PeerLinks::Inside::stop() {
  stopping_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  resolver_.cancel();
  const std::set<Session> sessions = sessions_;
  for (const Session& session : sessions)
    session->close(kStopping);
  for (asio::steady_timer* timer : waits_)
    timer->cancel();
}

/// Until stopped, whatever happens: what throws is tried again.
asio::awaitable<void> PeerLinks::Inside::for_ever(std::function<asio::awaitable<void>()> once) {
  while (!stopping_) {
    bool failed = false;
    try {
      co_await once();
    } catch (const std::exception& error) {
      log::error("network_exception what=" + printable(error.what()));
      failed = true;
    }
    if (failed) co_await wait(kPauseAfterFailure);
  }
}

asio::awaitable<void> PeerLinks::Inside::accept() {
  auto [error, socket] = co_await acceptor_.async_accept(kAwait);
  if (stopping_) co_return;
  if (!error) {
    spawn(serve(std::move(socket)));
    co_return;
  }
  log_refusal("address=-", Error{ErrorCode::Io, "ACCEPT " + error.message()});
  co_await wait(kPauseAfterFailure);
}

asio::awaitable<void> PeerLinks::Inside::serve(tcp::socket socket) {
  error_code gone;
  const tcp::endpoint remote = socket.remote_endpoint(gone);
  if (gone || stopping_) co_return;
  Door::Place place(door_, remote.address());
  const std::string address = "address=" + text_of(remote);
  if (!place) {
    log_refusal(address, Error{ErrorCode::Unavailable, "TOO_MANY_STRANGERS"});
    co_return;
  }
  const auto session = std::make_shared<PeerSession>(io_, tls_, settings_.times, Role::Acceptor);
  const Registered registered(*this, session);
  session->socket() = std::move(socket);
  Result<Handshake> handshake = co_await session->authenticate(local_);
  place.leave();
  Result<void> judged = handshake.ok() ? judge(*handshake, std::nullopt) : handshake.error();
  if (!judged.ok()) {
    log_refusal(address, judged.error());
    co_return;
  }
  co_await live(session, *handshake, address);
}

asio::awaitable<void> PeerLinks::Inside::dial(NodeIndex to) {
  const SteadyTime start = now();
  const bool linked = co_await link(to);
  // A link that broke at once earns no quick redial: flapping must not cost handshakes.
  Backoff& backoff = peer(to).backoff;
  if (linked && now() - start > as_chrono(settings_.times.redial_max)) backoff.reset();
  const auto away = std::chrono::duration_cast<milliseconds>(peer(to).away_until - now());
  co_await wait(std::max(away, backoff.next()));
}

/// One attempt and, if it succeeds, the life of the link: true.
asio::awaitable<bool> PeerLinks::Inside::link(NodeIndex to) {
  const auto session = std::make_shared<PeerSession>(io_, tls_, settings_.times, Role::Dialer);
  const Registered registered(*this, session);
  const std::string address = "address=" + text_of(settings_.peers[to.value()]);
  const std::string who = node_text(to) + " " + address;
  Result<void> connected = co_await connect(session, to);
  if (!connected.ok()) {
    log_refusal(who, connected.error());
    co_return false;
  }
  Result<Handshake> handshake = co_await session->authenticate(local_);
  Result<void> judged = handshake.ok() ? judge(*handshake, to) : handshake.error();
  if (!judged.ok()) {
    log_refusal(who, judged.error());
    co_return false;
  }
  co_await live(session, *handshake, address);
  co_return true;
}

asio::awaitable<Result<void>> PeerLinks::Inside::connect(Session session, NodeIndex to) {
  const Address& address = settings_.peers[to.value()];
  std::vector<tcp::endpoint> endpoints;
  error_code not_numeric;
  const auto numeric = asio::ip::make_address(address.host, not_numeric);
  if (not_numeric) {
    // Asio resolves one name at a time: numeric addresses must not queue behind a dead name server.
    const std::string port = std::to_string(address.port);
    const auto [error, found] = co_await resolver_.async_resolve(address.host, port, kAwait);
    if (stopping_) co_return Error{ErrorCode::Unavailable, kStopping};
    if (error) co_return Error{ErrorCode::Io, "NAME " + printable(error.message())};
    for (const auto& entry : found)
      endpoints.push_back(entry.endpoint());
  } else {
    endpoints.emplace_back(numeric, address.port);
  }
  session->arm(settings_.times.dial, "DIAL_TIMEOUT");
  const auto [error, endpoint] = co_await asio::async_connect(session->socket(), endpoints, kAwait);
  if (!session->is_open()) co_return Error{ErrorCode::Unavailable, session->close_reason()};
  if (error) co_return Error{ErrorCode::Io, "DIAL " + printable(error.message())};
  session->disarm();
  co_return Result<void>();
}

/// The link's life after authentication.
asio::awaitable<void> PeerLinks::Inside::live(Session session, Handshake handshake,
                                              std::string address) {
  const NodeIndex node = handshake.node;
  try {
    adopt(session, handshake, address);
    // A link that breaks in a pause goes on with it.
    co_await session->run([this, node](ByteView frame) { return on_frame(node, frame); },
                          peer(node).share.pause(now()));
  } catch (const std::exception& error) {
    log::error("network_exception " + node_text(node) + " what=" + printable(error.what()));
    session->close("EXCEPTION");
  }
  drop(session, node);
}

asio::awaitable<void> PeerLinks::Inside::wait(milliseconds span) {
  if (stopping_) co_return;
  asio::steady_timer timer(io_, span);
  waits_.insert(&timer);
  co_await timer.async_wait(kAwait);
  waits_.erase(&timer);
}

/// Whether the authenticated node may have this link.
Result<void> PeerLinks::Inside::judge(const Handshake& handshake,
                                      std::optional<NodeIndex> dialled) {
  const NodeIndex node = handshake.node;
  if (node == settings_.self && handshake.instance == local_.instance)
    return Error{ErrorCode::Conflict, "OWN_ADDRESS"};
  if (node == settings_.self) {
    if (handlers_.on_twin) handlers_.on_twin();
    return Error{ErrorCode::Conflict, "SELF_TWIN"};
  }
  if (dialled && node != *dialled)
    return Error{ErrorCode::Conflict, "OTHER_NODE answers=" + std::to_string(node.value())};
  if (!dialled && node < settings_.self)
    return Error{ErrorCode::Conflict, "WRONG_DIRECTION " + node_text(node)};
  if (now() < peer(node).away_until)
    return Error{ErrorCode::Refused, "TOO_MANY_FAULTS " + node_text(node)};
  return {};
}

void PeerLinks::Inside::adopt(const Session& session, const Handshake& handshake,
                              const std::string& address) {
  const NodeIndex node = handshake.node;
  note_instance(node, handshake.instance);
  if (const Session old = std::exchange(peer(node).session, session)) old->close("REPLACED");
  peer(node).heartbeat = {};
  log_change(node, "peer_connected " + node_text(node) + " " + address);
  report_links();
}

/// A restart brings a new instance; an old one that comes back has a twin that lives.
void PeerLinks::Inside::note_instance(NodeIndex node, const InstanceId& instance) {
  Peer& seen = peer(node);
  if (instance == seen.instance) return;
  const std::string line = "peer_has_twin " + node_text(node);
  if (instance == seen.instance_before && log_limit_.allow(line, 1, now())) log::error(line);
  seen.instance_before = std::exchange(seen.instance, instance);
}

void PeerLinks::Inside::drop(const Session& session, NodeIndex node) {
  if (peer(node).session == session) peer(node).session.reset();
  log_change(node, "peer_closed " + node_text(node) + " reason=" + session->close_reason());
  report_links();
}

void PeerLinks::Inside::report_links() {
  const auto count = static_cast<std::size_t>(std::count_if(
      peers_.begin(), peers_.end(), [](const Peer& each) { return each.session != nullptr; }));
  if (std::exchange(connected_, count) == count) return;
  if (handlers_.on_links) handlers_.on_links(count);
}

/// How long to read nothing of `from`.
milliseconds PeerLinks::Inside::on_frame(NodeIndex from, ByteView frame) {
  const FairShare::Cost started = thread_time();
  if (frame.empty())
    on_heartbeat(from);
  else
    handle_frame(from, frame);
  const milliseconds pause = peer(from).share.spend(thread_time() - started, now());
  return std::max(pause, punish(from));
}

void PeerLinks::Inside::handle_frame(NodeIndex from, ByteView frame) {
  Result<std::vector<consensus::Frame>> answer = handlers_.on_frame(from, frame);
  if (answer.ok()) {
    distribute(std::move(answer).value());
  } else if (const std::int64_t marks = marks_for(answer.error().code); marks != 0) {
    peer(from).demerits.add(marks, now());
    log_change(from, "peer_fault " + node_text(from) + " marks=" + std::to_string(marks) +
                         " what=" + printable(answer.error().message));
  }
}

/// Heartbeats are for idle links: many in a row are a fault, or they would be a free way to keep
/// us busy. Half the pace is left for jitter.
void PeerLinks::Inside::on_heartbeat(NodeIndex from) {
  Peer& sender = peer(from);
  const SteadyTime last = std::exchange(sender.heartbeat, now());
  if (sender.heartbeat - last < as_chrono(settings_.times.heartbeat) / 4)
    sender.demerits.add(1, now());
}

/// Cuts off a peer whose marks are full, or slows it down where that would make more than f that
/// are cut off: a common bug must not partition us.
milliseconds PeerLinks::Inside::punish(NodeIndex from) {
  Peer& sender = peer(from);
  if (!sender.demerits.is_full(now())) return milliseconds::zero();
  const auto away = std::count_if(peers_.begin(), peers_.end(),
                                  [](const Peer& each) { return now() < each.away_until; });
  if (static_cast<std::size_t>(away) >= settings_.epoch.quorum().faulty()) return kSlowed;
  sender.away_until = now() + as_chrono(settings_.times.penalty);
  sender.demerits.clear();
  if (sender.session) sender.session->close("TOO_MANY_FAULTS");
  return milliseconds::zero();
}

void PeerLinks::Inside::send(std::vector<consensus::Frame> frames) {
  std::size_t size = 0;
  for (const consensus::Frame& frame : frames) {
    CHECK(!frame.bytes.empty());
    CHECK(frame.bytes.front() != kHandshakeType);
    size += frame.bytes.size();
  }
  // While the thread is busy, what waits for it is bounded as one peer's queue is.
  if (posted_bytes_.fetch_add(size) + size > limits::kPeerOutboundBytes) {
    posted_bytes_.fetch_sub(size);
    return;
  }
  asio::post(io_, [this, size, frames = std::move(frames)]() mutable {
    posted_bytes_.fetch_sub(size);
    distribute(std::move(frames));
  });
}

void PeerLinks::Inside::distribute(std::vector<consensus::Frame> frames) {
  for (consensus::Frame& frame : frames) {
    if (frame.bytes.size() > limits::kFrameBytesMax) {
      log::error("frame_too_long bytes=" + std::to_string(frame.bytes.size()));
      continue;
    }
    const auto shared = std::make_shared<const Bytes>(std::move(frame.bytes));
    for (std::size_t node = 0; node < peers_.size(); ++node)
      if ((!frame.to || frame.to->value() == node) && peers_[node].session)
        peers_[node].session->send(shared);
  }
}

/// Strangers provoke these lines, so each reason has one a minute; alarms are for people.
void PeerLinks::Inside::log_refusal(const std::string& who, const Error& error) {
  const std::string reason = reason_in(error);
  if (reason == kStopping) return;
  const bool dialled = who.starts_with("node=");
  const std::string kind = dialled ? reason + " " + who : reason;
  const auto suppressed = log_limit_.allow(kind, kRefusalsLoggedPerMinute, now());
  if (!suppressed) return;
  const std::string line =
      (dialled ? "dial_failed " : "peer_refused ") + who + " reason=" + error.message + *suppressed;
  if (reason == "SELF_TWIN" || reason == "WRONG_NODE")
    log::error(line);
  else
    log::warning(line);
}

/// A node that flaps writes no more than others.
void PeerLinks::Inside::log_change(NodeIndex node, const std::string& line) {
  const std::string kind = line.substr(0, line.find(' ')) + " " + node_text(node);
  if (const auto suppressed = log_limit_.allow(kind, kChangesLoggedPerMinute, now()))
    log::info(line + *suppressed);
}

void PeerLinks::Inside::spawn(asio::awaitable<void> task) {
  asio::co_spawn(io_, std::move(task), [](const std::exception_ptr& exception) {
    if (exception) std::rethrow_exception(exception);
  });
}

}  // namespace tally::net
