// A consortium on 127.0.0.1: keys, an epoch, nodes that remember what they were sent, and their
// log.
#pragma once

#include <tally/base/log.h>
#include <tally/net/peer_links.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace tally::net::test {

/// Far above what anything here takes; only a failing test waits for it.
inline constexpr std::chrono::seconds kPatience{30};

[[nodiscard]] inline crypto::PrivateKey key_from_seed(std::uint8_t n) {
  std::array<std::uint8_t, 32> seed{};
  seed.back() = n;
  return crypto::PrivateKey::ed25519_from_seed(seed).value();
}

/// The log of this process, in a file; `log_since` gives what came after `log_mark`.
inline const std::string& log_path() {
  struct File {
    File() { EXPECT_TRUE(log::start(log::Level::Debug, path).ok()); }
    ~File() { ::unlink(path.c_str()); }
    std::string path = std::filesystem::temp_directory_path() /
                       ("tally_net_test_" + std::to_string(::getpid()) + ".log");
  };
  static const File file;
  return file.path;
}
[[nodiscard]] inline std::uintmax_t log_mark() {
  return std::filesystem::file_size(log_path());
}
[[nodiscard]] inline std::string log_since(std::uintmax_t mark) {
  std::ifstream file(log_path());
  file.seekg(static_cast<std::streamoff>(mark));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What one thread tells another: values in order, waited for with patience.
template <typename T>
class Channel {
 public:
  void put(T value) {
    const std::lock_guard lock(mutex_);
    values_.push_back(std::move(value));
    changed_.notify_all();
  }
  [[nodiscard]] std::optional<T> take(std::chrono::milliseconds patience = kPatience) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience, [&] { return !values_.empty(); })) return std::nullopt;
    T value = std::move(values_.front());
    values_.pop_front();
    return value;
  }
  /// Drops values up to one that equals `wanted`.
  [[nodiscard]] bool take_until(const T& wanted) {
    while (const std::optional<T> value = take())
      if (*value == wanted) return true;
    return false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> values_;
};

struct Received {
  NodeIndex from;
  Bytes bytes;
  friend bool operator==(const Received&, const Received&) = default;
};

/// A frame for tests: its first byte is 1, then `text`.
[[nodiscard]] inline Bytes frame_of(std::string_view text) {
  Bytes bytes = {1};
  bytes.insert(bytes.end(), text.begin(), text.end());
  return bytes;
}

struct NodeKeys {
  crypto::PrivateKey consensus;
  crypto::PrivateKey tls;
};

/// `n` nodes whose TLS keys are Ed25519 and P-256 by turns.
class Consortium {
 public:
  explicit Consortium(std::uint16_t n) {
    (void)log_path();
    epoch.chain.array().fill(0xc4);
    for (std::uint16_t i = 0; i < n; ++i) {
      const auto seed = static_cast<std::uint8_t>(10 + i);
      keys.push_back(
          {key_from_seed(seed), i % 2 == 0 ? key_from_seed(static_cast<std::uint8_t>(100 + i))
                                           : crypto::PrivateKey::generate(crypto::KeyKind::P256)});
      epoch.validators.push_back({MerchantId(i + 1U), keys.back().consensus.public_key(),
                                  keys.back().tls.public_key().id()});
    }
    ports.resize(n);
    times.redial_min = Duration(20);
  }

  /// Node `i`, listening on its port or a free one, which it then keeps.
  [[nodiscard]] LinkSettings settings(std::uint16_t i) const {
    LinkSettings settings;
    settings.epoch = epoch;
    settings.self = NodeIndex(i);
    settings.listen = {"127.0.0.1", ports[i]};
    for (const std::uint16_t port : ports)
      settings.peers.push_back({"127.0.0.1", port});
    settings.tls_key_pem = keys[i].tls.to_pem();
    settings.consensus_key_pem = keys[i].consensus.to_pem();
    settings.times = times;
    return settings;
  }

  consensus::Epoch epoch;
  std::vector<NodeKeys> keys;
  std::vector<std::uint16_t> ports;
  LinkTimes times;
};

/// A running node of a consortium. Start them in ascending order: the higher dials the lower.
class TestNode {
 public:
  using Answer = Result<std::vector<consensus::Frame>>;
  using OnFrame = std::function<Answer(NodeIndex, ByteView)>;

  /// `on_frame`: what to answer, besides remembering the frame.
  TestNode(Consortium& consortium, std::uint16_t i, OnFrame on_frame = {}) {
    LinkHandlers handlers;
    handlers.on_frame = [this, on_frame](NodeIndex from, ByteView frame) -> Answer {
      received.put({from, to_bytes(frame)});
      return on_frame ? on_frame(from, frame) : Answer(std::vector<consensus::Frame>());
    };
    handlers.on_links = [this](std::size_t count) { links.put(count); };
    handlers.on_twin = [this] { twins.put(true); };
    auto started = PeerLinks::start(consortium.settings(i), std::move(handlers));
    EXPECT_TRUE(started.ok()) << (started.ok() ? "" : started.error().message);
    if (!started.ok()) return;
    peer_links = std::move(started).value();
    consortium.ports[i] = peer_links->port();
  }
  ~TestNode() { peer_links.reset(); }
  TestNode(const TestNode&) = delete;
  TestNode& operator=(const TestNode&) = delete;

  void send(std::uint16_t to, Bytes bytes) {
    std::vector<consensus::Frame> frames;
    frames.push_back({NodeIndex(to), std::move(bytes)});
    peer_links->send(std::move(frames));
  }
  void send_all(Bytes bytes) {
    std::vector<consensus::Frame> frames;
    frames.push_back({std::nullopt, std::move(bytes)});
    peer_links->send(std::move(frames));
  }

  Channel<Received> received;
  Channel<std::size_t> links;
  Channel<bool> twins;
  std::unique_ptr<PeerLinks> peer_links;
};

}  // namespace tally::net::test
