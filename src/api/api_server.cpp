// The server: TLS, limits, services, health; and what the node tells it.
#include <tally/api/api_server.h>

#include <tally/base/log.h>
#include <tally/edge/tls.h>

#include "api/bounds.h"
#include "api/services.h"
#include "api/tls.h"

#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>

namespace tally::api {
namespace {

std::shared_ptr<grpc::ServerCredentials> credentials_of(const ApiSettings& settings) {
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = settings.client_ca_pem;
  options.pem_key_cert_pairs = {{settings.key_pem, settings.certificate_pem}};
  return grpc::SslServerCredentials(options);
}

/// The table of design/security.md §4: each weakness of gRPC 1.51 and its control.
void put_limits(grpc::ServerBuilder& builder) {
  constexpr int kSecond = 1'000;
  constexpr int kMinute = 60 * kSecond;
  builder.SetMaxReceiveMessageSize(bounds::kReceiveBytesMax);
  builder.SetMaxSendMessageSize(bounds::kSendBytesMax);
  builder.SetDefaultCompressionAlgorithm(GRPC_COMPRESS_NONE);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE,
                             static_cast<int>(bounds::kMetadataBytesMax));
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, bounds::kHandshakeMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, bounds::kStreamsMax);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kMinute);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kMinute);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 5 * kMinute);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 60 * kMinute);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 30 * kSecond);
  grpc::ResourceQuota quota("front door");
  quota.Resize(bounds::kMemoryBytes);
  builder.SetResourceQuota(quota);
}

}  // namespace

class ApiServer::Inside {
 public:
  Inside(const ApiSettings& settings, const SignedGenesis& genesis, node::NodeLoop& loop)
      : door_(loop, genesis.content, settings.merchant),
        waiting_(loop, door_.validity_max, door_.quorum),
        writes_(door_, waiting_),
        reads_(door_, waiting_),
        services_(Shared{door_, waiting_, writes_, reads_}) {}

  ~Inside() {
    if (server_ == nullptr) return;
    waiting_.stop_heights();
    // What still waits then is cancelled, which closes its wait: when this returns, none is open.
    server_->Shutdown(std::chrono::system_clock::now() + bounds::kCloseWait);
    server_->Wait();
  }

  Result<void> listen(const ApiSettings& settings) {
    grpc::EnableDefaultHealthCheckService(true);
    if (settings.reflection) grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    put_limits(builder);
    services_.add_to(builder);
    int port = 0;
    builder.AddListeningPort(settings.listen, credentials_of(settings), &port);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port == 0)
      return Error{ErrorCode::Io, "cannot listen for clients on " + printable(settings.listen) +
                                      "; is the address in use?"};
    port_ = static_cast<std::uint16_t>(port);
    for (const std::string& name : Services::names())
      server_->GetHealthCheckService()->SetServingStatus(name, true);
    return {};
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  void deliver(std::vector<node::CertifiedReceipts> replies) {
    waiting_.deliver(std::move(replies));
  }

  void halt() {
    door_.halt();
    server_->GetHealthCheckService()->SetServingStatus(false);
  }

 private:
  Door door_;
  Waiting waiting_;
  Writes writes_;
  Reads reads_;
  Services services_;
  std::unique_ptr<grpc::Server> server_;
  std::uint16_t port_ = 0;
};

Result<std::unique_ptr<ApiServer>> ApiServer::start(ApiSettings settings,
                                                    const SignedGenesis& genesis,
                                                    node::NodeLoop& loop) {
  edge::require_tls13();
  // gRPC writes a line for each handshake that fails: whoever is outside could fill the disk.
  gpr_set_log_function([](gpr_log_func_args*) {});
  TRY_VOID(check_tls(settings));
  auto inside = std::make_unique<Inside>(settings, genesis, loop);
  TRY_VOID(inside->listen(settings));
  return std::unique_ptr<ApiServer>(new ApiServer(std::move(inside)));
}

ApiServer::ApiServer(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
ApiServer::~ApiServer() = default;

std::uint16_t ApiServer::port() const {
  return inside_->port();
}

void ApiServer::deliver(std::vector<node::CertifiedReceipts> replies) {
  inside_->deliver(std::move(replies));
}

void ApiServer::set_halted(const std::string& reason) {
  log::error("front_door_halted reason=\"" + printable(reason) + "\"");
  inside_->halt();
}

}  // namespace tally::api
