// RawPeer: the other end of a link, written apart from src/net, which may break every rule.
#pragma once

#include <tally/codec/writer.h>
#include <tally/crypto/signature.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <string_view>

#include "net/network.h"

namespace tally::net::test {

struct SslFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};
template <typename T>
using Owned = std::unique_ptr<T, SslFree>;

/// How a raw peer does TLS. No key: no certificate.
struct RawTls {
  const crypto::PrivateKey* key = nullptr;
  std::string alpn = "tally-peer/1";
  long not_before = 0;
  long not_after = 3'600;
  int version = TLS1_3_VERSION;
};

/// Fields of a handshake frame, and what else it is signed over.
struct RawHandshake {
  std::uint8_t type = 0;
  std::uint16_t version = 1;
  std::uint16_t node = 1;
  std::uint32_t merchant = 2;
  consensus::Hash chain;
  std::uint16_t protocol_min = 1;
  std::uint16_t protocol_max = 1;
  std::uint64_t features = 0;
  std::uint8_t role = 1;
  std::uint8_t instance = 7;
};

class RawPeer {
 public:
  /// Connects to a node on 127.0.0.1.
  static RawPeer dial(std::uint16_t port) {
    RawPeer peer(::socket(AF_INET, SOCK_STREAM, 0));
    const sockaddr_in address = loopback(port);
    EXPECT_EQ(::connect(peer.socket_, as_sockaddr(&address), sizeof(address)), 0);
    return peer;
  }
  explicit RawPeer(int socket) : socket_(socket) {
    const timeval patience{kPatience.count(), 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  RawPeer(RawPeer&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)),
        context_(std::move(other.context_)),
        ssl_(std::move(other.ssl_)) {}
  RawPeer& operator=(RawPeer&&) = delete;
  ~RawPeer() {
    if (socket_ >= 0) ::close(socket_);
  }

  static const sockaddr* as_sockaddr(const sockaddr_in* address) {
    return reinterpret_cast<const sockaddr*>(address);
  }
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  void write_plain(std::string_view text) {
    (void)!::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
  }

  /// Whether TLS came about. A refused client certificate shows only when reading.
  [[nodiscard]] bool start_tls(const RawTls& tls, bool as_server = false) {
    context_.reset(SSL_CTX_new(TLS_method()));
    SSL_CTX_set_min_proto_version(context_.get(), tls.version);
    SSL_CTX_set_max_proto_version(context_.get(), tls.version);
    if (tls.key != nullptr) use_key(tls);
    alpn_ = static_cast<char>(tls.alpn.size()) + tls.alpn;
    if (!tls.alpn.empty())
      SSL_CTX_set_alpn_protos(context_.get(), as_unsigned(alpn_.data()),
                              static_cast<unsigned>(alpn_.size()));
    if (as_server) {
      SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
      SSL_CTX_set_alpn_select_cb(
          context_.get(),
          [](SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in,
             unsigned, void*) {
            *size = *in;
            *out = in + 1;
            return SSL_TLSEXT_ERR_OK;
          },
          nullptr);
    }
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_);
    return (as_server ? SSL_accept(ssl_.get()) : SSL_connect(ssl_.get())) == 1;
  }

  [[nodiscard]] std::array<std::uint8_t, 32> exporter() const {
    constexpr std::string_view kLabel = "EXPORTER-tally-peer-1";
    std::array<std::uint8_t, 32> value{};
    EXPECT_EQ(SSL_export_keying_material(ssl_.get(), value.data(), value.size(), kLabel.data(),
                                         kLabel.size(), nullptr, 0, 0),
              1);
    return value;
  }

  [[nodiscard]] static Bytes handshake_frame(const RawHandshake& said,
                                             const std::array<std::uint8_t, 32>& exporter,
                                             const crypto::PrivateKey& consensus_key) {
    codec::Writer fields;
    fields.u8(said.type);
    fields.u16(said.version);
    fields.u16(said.node);
    fields.u32(said.merchant);
    fields.fixed(said.chain);
    fields.u16(said.protocol_min);
    fields.u16(said.protocol_max);
    fields.u64(said.features);
    fields.raw(Bytes(16, said.instance));
    fields.raw(Bytes(32, 9));
    codec::Writer signed_bytes;
    signed_bytes.text("tally/handshake/1");
    signed_bytes.raw(fields.view());
    signed_bytes.u8(said.role);
    signed_bytes.raw(exporter);
    fields.fixed(consensus_key.sign(signed_bytes.view()));
    return std::move(fields).take();
  }

  void write(ByteView bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
      std::size_t count = 0;
      if (SSL_write_ex(ssl_.get(), bytes.data() + sent, bytes.size() - sent, &count) != 1) return;
      sent += count;
    }
  }
  void write_length(std::uint32_t length) {
    codec::Writer out;
    out.u32(length);
    write(out.view());
  }
  [[nodiscard]] static Bytes framed(ByteView frame) {
    codec::Writer out;
    out.bytes(frame);
    return std::move(out).take();
  }
  void write_frame(ByteView frame) { write(framed(frame)); }

  /// The next frame, a heartbeat being empty; none: closed.
  [[nodiscard]] std::optional<Bytes> read_frame() {
    const std::optional<Bytes> length = read(4);
    if (!length) return std::nullopt;
    std::size_t size = 0;
    for (const std::uint8_t byte : *length)
      size = (size << 8U) | byte;
    return read(size);
  }

  /// Reads until the node closes; false: it did not.
  [[nodiscard]] bool is_closed_by_node() {
    std::array<char, 4096> buffer{};
    errno = 0;
    if (ssl_)
      while (SSL_read(ssl_.get(), buffer.data(), buffer.size()) > 0)
        errno = 0;
    // TLS says goodbye, or nothing: TCP's end is what counts.
    ssize_t count = 0;
    do
      count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    while (count > 0);
    return count == 0 || errno == ECONNRESET;
  }

  [[nodiscard]] SSL* ssl() { return ssl_.get(); }

 private:
  static const unsigned char* as_unsigned(const char* text) {
    return reinterpret_cast<const unsigned char*>(text);
  }

  void use_key(const RawTls& tls) {
    const std::string pem = tls.key->to_pem();
    const Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
    const Owned<X509> certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 77);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), tls.not_before);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), tls.not_after);
    X509_set_pubkey(certificate.get(), key.get());
    const bool plain = tls.key->public_key().kind() == crypto::KeyKind::Ed25519;
    EXPECT_GT(X509_sign(certificate.get(), key.get(), plain ? nullptr : EVP_sha256()), 0);
    EXPECT_EQ(SSL_CTX_use_certificate(context_.get(), certificate.get()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(context_.get(), key.get()), 1);
  }

  [[nodiscard]] std::optional<Bytes> read(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t got = 0; got < size;) {
      std::size_t count = 0;
      if (SSL_read_ex(ssl_.get(), bytes.data() + got, size - got, &count) != 1) return std::nullopt;
      got += count;
    }
    return bytes;
  }

  int socket_ = -1;
  std::string alpn_;
  Owned<SSL_CTX> context_;
  Owned<SSL> ssl_;
};

/// What node `i` would say, as a dialer.
[[nodiscard]] inline RawHandshake handshake_of(const Consortium& consortium, std::uint16_t i) {
  RawHandshake said;
  said.node = i;
  said.merchant = consortium.epoch.validators[i].merchant.value();
  said.chain = consortium.epoch.chain;
  return said;
}

/// A raw peer that speaks to `port` as node `i`, honestly so far: linked, the node's own handshake
/// frame read.
[[nodiscard]] inline RawPeer linked_as(const Consortium& consortium, std::uint16_t i,
                                       std::uint16_t port) {
  RawPeer peer = RawPeer::dial(port);
  EXPECT_TRUE(peer.start_tls({.key = &consortium.keys[i].tls}));
  peer.write_frame(RawPeer::handshake_frame(handshake_of(consortium, i), peer.exporter(),
                                            consortium.keys[i].consensus));
  EXPECT_TRUE(peer.read_frame().has_value());
  return peer;
}

/// A socket that listens on a free port of 127.0.0.1.
class RawListener {
 public:
  RawListener() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = RawPeer::loopback(0);
    EXPECT_EQ(::bind(socket_, RawPeer::as_sockaddr(&address), sizeof(address)), 0);
    EXPECT_EQ(::listen(socket_, 16), 0);
    socklen_t size = sizeof(address);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    const timeval patience{kPatience.count(), 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  }
  ~RawListener() { ::close(socket_); }
  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] RawPeer accept() { return RawPeer(::accept(socket_, nullptr, nullptr)); }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

}  // namespace tally::net::test
