// DoorClient: the front door as a client of another language sees it, with gRPC's own stubs.
#pragma once

#include <tally/edge/translate.h>

#include "api/test_node.h"
#include "tally/v1/ledger.grpc.pb.h"
#include "tally/v1/services.grpc.pb.h"

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>

namespace tally::test {

/// What came back: the status, our reason, and the response.
template <typename Response>
struct Called {
  grpc::StatusCode code = grpc::StatusCode::OK;
  std::string message;
  std::string reason;
  std::string retry_after_ms;
  Response response;
};

class DoorClient {
 public:
  DoorClient(const TestNode& node, const TestIdentity& identity)
      : DoorClient(node.endpoint(),
                   {node.authority.pem(), identity.key.to_pem(), identity.certificate_pem}) {}
  DoorClient(const std::string& endpoint, const grpc::SslCredentialsOptions& options)
      : channel(grpc::CreateChannel(endpoint, grpc::SslCredentials(options))),
        ledger(v1::Ledger::NewStub(channel)),
        points(v1::Points::NewStub(channel)),
        members(v1::Members::NewStub(channel)),
        operators(v1::Operator::NewStub(channel)) {}

  template <typename Stub, typename Request, typename Response>
  Called<Response> call(const std::unique_ptr<Stub>& stub,
                        grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                     Response*),
                        const Request& request,
                        const std::function<void(grpc::ClientContext&)>& prepare = {}) const {
    grpc::ClientContext context;
    if (prepare) prepare(context);
    Called<Response> called;
    const grpc::Status status = ((*stub).*method)(&context, request, &called.response);
    called.code = status.error_code();
    called.message = status.error_message();
    const auto& trailing = context.GetServerTrailingMetadata();
    if (const auto reason = trailing.find("tally-reason"); reason != trailing.end())
      called.reason = std::string(reason->second.data(), reason->second.size());
    if (const auto retry = trailing.find("tally-retry-after-ms"); retry != trailing.end())
      called.retry_after_ms = std::string(retry->second.data(), retry->second.size());
    return called;
  }

  [[nodiscard]] Called<v1::Answer> earn(const v1::Transaction& request) const {
    return call(points, &v1::Points::Stub::Earn, request);
  }
  [[nodiscard]] Called<v1::SubmitResponse> submit(ByteView bytes) const {
    v1::SubmitSignedRequest request;
    request.set_submission(std::string(as_text(bytes)));
    return call(ledger, &v1::Ledger::Stub::SubmitSigned, request);
  }
  [[nodiscard]] Called<v1::GetStatusResponse> status() const {
    return call(ledger, &v1::Ledger::Stub::GetStatus, v1::GetStatusRequest());
  }

  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::Ledger::Stub> ledger;
  std::unique_ptr<v1::Points::Stub> points;
  std::unique_ptr<v1::Members::Stub> members;
  std::unique_ptr<v1::Operator::Stub> operators;
};

[[nodiscard]] inline v1::Transaction message_of(const Transaction& transaction) {
  v1::Transaction message;
  edge::to_proto(transaction, message);
  return message;
}

}  // namespace tally::test
