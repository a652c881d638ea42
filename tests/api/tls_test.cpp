// What stands before every call: TLS, certificates, metadata, unknown methods, health.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/door_client.h"

#include <grpcpp/impl/codegen/client_unary_call.h>
#include <gtest/gtest.h>

namespace tally::api {
namespace {

using namespace tally::test;
using grpc::StatusCode;

/// A TCP connection to the door, with three seconds for each read.
class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // NOLINTNEXTLINE: the interface of the operating system
    CHECK(::connect(socket_, (const sockaddr*)&address, sizeof address) == 0);
    const timeval patience{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { ::close(socket_); }

  [[nodiscard]] int socket() const { return socket_; }
  /// What the peer says to `text` until it closes.
  [[nodiscard]] std::string ask(const std::string& text) const {
    CHECK(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(text.size()));
    std::string answer(4'096, '\0');
    const ssize_t size = ::recv(socket_, answer.data(), answer.size(), 0);
    answer.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return answer;
  }

 private:
  int socket_;
};

/// Whether a handshake of one version, with the terminal's certificate, comes to an end.
bool shakes_hands(const TestNode& node, int version) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  SSL_CTX_free);
  SSL_CTX_set_min_proto_version(context.get(), version);
  SSL_CTX_set_max_proto_version(context.get(), version);
  const Connection connection(node.door->port());
  const std::unique_ptr<SSL, decltype(&SSL_free)> session(SSL_new(context.get()), SSL_free);
  SSL_set_fd(session.get(), connection.socket());
  static constexpr unsigned char kHttp2[] = {2, 'h', '2'};
  SSL_set_alpn_protos(session.get(), kHttp2, sizeof kHttp2);
  return SSL_connect(session.get()) == 1;
}

grpc::SslCredentialsOptions options(const TestNode& node, const TestIdentity& identity) {
  return {node.authority.pem(), identity.key.to_pem(), identity.certificate_pem};
}

TEST(Tls, LetsNobodyInWithoutACertificateOfTheConsortium) {
  const TestNode node;
  const TestAuthority foreign("Nobody's CA");
  grpc::SslCredentialsOptions without;
  without.pem_root_certs = node.authority.pem();
  struct Row {
    const char* what;
    grpc::SslCredentialsOptions options;
  };
  for (const Row& row :
       {Row{"no certificate", without},
        Row{"another CA", options(node, foreign.issue(CertificateUse::Client))},
        Row{"expired", options(node, node.authority.issue(CertificateUse::Client, -60))},
        Row{"a server's", options(node, node.authority.issue(CertificateUse::Server))}}) {
    const auto called = DoorClient(node.endpoint(), row.options).status();

    EXPECT_EQ(called.code, StatusCode::UNAVAILABLE) << row.what << ": " << called.message;
    EXPECT_TRUE(called.reason.empty()) << row.what;
  }
  EXPECT_EQ(DoorClient(node, node.terminal).status().code, StatusCode::OK);
}

TEST(Tls, Speaks13Alone) {
  const TestNode node;

  EXPECT_TRUE(shakes_hands(node, TLS1_3_VERSION));
  EXPECT_FALSE(shakes_hands(node, TLS1_2_VERSION));
}

TEST(Tls, AnswersPlaintextWithoutAWord) {
  const TestNode node;

  const std::string http1 = Connection(node.door->port()).ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string http2 = Connection(node.door->port()).ask("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

  EXPECT_EQ(http1.find("HTTP/"), std::string::npos);
  EXPECT_LE(http1.size(), 7U);  // an alert of TLS at most
  EXPECT_LE(http2.size(), 7U);
}

TEST(Door, RefusesMetadataAboveItsLimit) {
  const TestNode node;
  const DoorClient till(node, node.terminal);
  const auto with = [&](std::size_t bytes) {
    return till.call(till.ledger, &v1::Ledger::Stub::GetStatus, v1::GetStatusRequest(),
                     [&](grpc::ClientContext& context) {
                       context.AddMetadata("x-much", std::string(bytes, 'x'));
                     });
  };

  EXPECT_EQ(with(6'000).code, StatusCode::OK);
  EXPECT_EQ(with(9'000).code, StatusCode::RESOURCE_EXHAUSTED);
}

/// Calls a method that has no stub. Health's messages have one field of the same number and form.
template <typename Request, typename Response>
StatusCode call_by_name(const DoorClient& client, const char* method, const Request& request,
                        Response& response) {
  const grpc::internal::RpcMethod rpc(method, grpc::internal::RpcMethod::NORMAL_RPC);
  grpc::ClientContext context;
  return grpc::internal::BlockingUnaryCall<Request, Response, google::protobuf::MessageLite,
                                           google::protobuf::MessageLite>(
             client.channel.get(), rpc, &context, request, &response)
      .error_code();
}

TEST(Door, ServesNoMethodThatIsNotItsOwn) {
  const TestNode node;
  const DoorClient till(node, node.terminal);
  v1::GetStatusResponse response;

  EXPECT_EQ(call_by_name(till, "/tally.v1.Ledger/Drop", v1::GetStatusRequest(), response),
            StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(call_by_name(till, "/other.Service/Get", v1::GetStatusRequest(), response),
            StatusCode::UNIMPLEMENTED);
}

TEST(Door, TellsHealthOfEachServiceUntilTheNodeHalts) {
  const TestNode node;
  const DoorClient till(node, node.terminal);
  constexpr const char* kCheck = "/grpc.health.v1.Health/Check";
  constexpr std::uint32_t kServing = 1;
  constexpr std::uint32_t kNotServing = 2;
  const auto health_of = [&](const char* service) {
    v1::GetProofRequest request;
    request.set_record_key(service);
    v1::GetReceiptRequest response;
    const StatusCode code = call_by_name(till, kCheck, request, response);
    return std::pair(code, response.merchant());
  };

  EXPECT_EQ(health_of("tally.v1.Ledger"), std::pair(StatusCode::OK, kServing));
  EXPECT_EQ(health_of("tally.v1.Points"), std::pair(StatusCode::OK, kServing));
  EXPECT_EQ(health_of("no.Such").first, StatusCode::NOT_FOUND);
  node.door->set_halted("a reason");
  EXPECT_EQ(health_of("tally.v1.Ledger"), std::pair(StatusCode::OK, kNotServing));
}

TEST(Door, DoesNotOpenWithCertificatesThatAreNone) {
  const TestNode node;
  const auto start = [&](const ApiSettings& settings) {
    const auto door = ApiServer::start(settings, node.chain.genesis, *node.loop);
    return door.ok() ? "open" : door.error().message;
  };
  ApiSettings no_certificate = node.settings();
  no_certificate.certificate_pem = "none";
  ApiSettings other_key = node.settings();
  other_key.key_pem = node.terminal.key.to_pem();
  ApiSettings public_key = node.settings();
  public_key.key_pem = node.server.certificate_pem;
  ApiSettings no_ca = node.settings();
  no_ca.client_ca_pem.clear();
  ApiSettings taken = node.settings();
  taken.listen = node.endpoint();

  EXPECT_EQ(start(no_certificate), "front door certificate: not a certificate in PEM");
  EXPECT_EQ(start(other_key), "front door key: does not match the certificate");
  EXPECT_EQ(start(public_key), "front door key: not an unencrypted private key in PEM");
  EXPECT_EQ(start(no_ca), "client CA bundle: holds no certificate in PEM");
  EXPECT_EQ(start(taken).substr(0, 32), "cannot listen for clients on 127");
}

}  // namespace
}  // namespace tally::api
