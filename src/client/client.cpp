// Blocking calls over one channel an endpoint; what may pass goes on to the next endpoint.
#include <tally/client/client.h>

#include <tally/base/limits.h>
#include <tally/edge/json.h>
#include <tally/edge/tls.h>
#include <tally/edge/translate.h>

#include "client/answers.h"
#include "tally/v1/ledger.grpc.pb.h"

#include <grpc/support/log.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <chrono>

namespace tally::client {
namespace {

/// Above the server's 10 MiB, so that its limit is the one that holds.
constexpr int kReceiveBytesMax = 16 << 20;
/// A node that was restarted is found again within a second.
constexpr int kReconnectMsMin = 100;
constexpr int kReconnectMsMax = 1'000;
/// For TCP and TLS on a good line. gRPC moves its sockets while a thread waits on a call, and a
/// call on a broken channel fails at once: without a wait of ours it would never be whole again.
constexpr std::chrono::milliseconds kConnectWait{250};
/// An account that changes under the reader is read again this often.
constexpr int kLotsAttemptsMax = 8;

Explained explained_of(const v1::Explanation& message) {
  return {{message.lines().begin(), message.lines().end()}, edge::explanation_to_json(message)};
}

std::string trailing(const grpc::ClientContext& context, const char* key) {
  const auto& metadata = context.GetServerTrailingMetadata();
  const auto found = metadata.find(key);
  if (found == metadata.end()) return {};
  return printable({found->second.data(), found->second.size()});
}

ErrorCode code_of(const grpc::Status& status, const std::string& reason) {
  switch (status.error_code()) {
    case grpc::StatusCode::INVALID_ARGUMENT:
      return reason == "OUT_OF_LIMITS" ? ErrorCode::OutOfLimits : ErrorCode::Malformed;
    case grpc::StatusCode::RESOURCE_EXHAUSTED:  // without a reason it is gRPC's own: too large
      return reason == "BUSY" ? ErrorCode::Unavailable : ErrorCode::OutOfLimits;
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNIMPLEMENTED:
      return ErrorCode::Refused;
    case grpc::StatusCode::NOT_FOUND:
    case grpc::StatusCode::OUT_OF_RANGE:
      return ErrorCode::NotFound;
    case grpc::StatusCode::DATA_LOSS:
      return ErrorCode::Corrupt;
    default:
      return ErrorCode::Unavailable;
  }
}

Error error_of(const grpc::Status& status, const std::string& reason, const std::string& endpoint) {
  std::string message = reason.empty() ? "" : reason + ": ";
  message += endpoint + ": ";
  // gRPC's own words for an expired deadline do not say what it means for the caller.
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED && reason.empty())
    message += "no answer in time; outcome unknown: send the same request again, or ask for its id";
  else
    message += printable(status.error_message());
  return Error{code_of(status, reason), std::move(message)};
}

std::shared_ptr<grpc::Channel> channel_to(const std::string& endpoint,
                                          const std::shared_ptr<grpc::ChannelCredentials>& by) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kReceiveBytesMax);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMsMin);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kReconnectMsMax);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMsMax);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);  // we retry, and know when that is safe
  return grpc::CreateCustomChannel(endpoint, by, arguments);
}

}  // namespace

class Client::Inside {
 public:
  explicit Inside(ClientSettings settings) : settings_(std::move(settings)) {
    const auto credentials =
        grpc::SslCredentials({settings_.ca_pem, settings_.key_pem, settings_.certificate_pem});
    for (const std::string& endpoint : settings_.endpoints) {
      channels_.push_back(channel_to(endpoint, credentials));
      stubs_.push_back(v1::Ledger::NewStub(channels_.back()));
    }
  }

  [[nodiscard]] const std::string& endpoint() const { return settings_.endpoints[current_]; }

  /// Calls `method` of the endpoint that answered last, then of those after it, until one answers
  /// with something that will not pass by itself.
  template <typename Request, typename Response>
  Result<Response> call(grpc::Status (v1::Ledger::Stub::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                        const Request& request) {
    const std::size_t first = current_;
    std::optional<Error> failed;
    for (std::size_t i = 0; i < stubs_.size(); ++i) {
      const std::size_t place = (first + i) % stubs_.size();
      // Whatever comes of it, the call says more.
      (void)channels_[place]->WaitForConnected(std::chrono::system_clock::now() + kConnectWait);
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() +
                           std::chrono::milliseconds(settings_.timeout.milliseconds()));
      Response response;
      const grpc::Status status = ((*stubs_[place]).*method)(&context, request, &response);
      if (status.ok()) {
        current_ = place;
        return response;
      }
      Error error = error_of(status, trailing(context, "tally-reason"), settings_.endpoints[place]);
      if (error.code != ErrorCode::Unavailable) {
        current_ = place;
        return error;
      }
      // That an outcome is unknown must reach the caller, whatever the others say.
      const bool is_unknown = status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
      if (!failed.has_value() || is_unknown) failed = std::move(error);
    }
    return *failed;
  }

 private:
  const ClientSettings settings_;
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::vector<std::unique_ptr<v1::Ledger::Stub>> stubs_;  ///< one a channel
  std::atomic<std::size_t> current_ = 0;
};

Result<std::unique_ptr<Client>> Client::connect(ClientSettings settings) {
  if (settings.endpoints.empty()) return malformed("endpoints: got none; expected at least one");
  if (settings.certificate_pem.empty() || settings.key_pem.empty() || settings.ca_pem.empty())
    return malformed("client: expected a certificate, its key and the bundle of CAs");
  edge::require_tls13();
  gpr_set_log_function([](gpr_log_func_args*) {});  // what fails is in the status, once
  return std::unique_ptr<Client>(new Client(std::make_unique<Inside>(std::move(settings))));
}

Client::Client(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Client::~Client() = default;

std::string Client::endpoint() const {
  return inside_->endpoint();
}

Result<std::vector<Answer>> Client::submit(ByteView submission) {
  TRY(const Submission content, decode_submission(submission));
  v1::SubmitSignedRequest request;
  request.set_submission(std::string(as_text(submission)));
  TRY(const v1::SubmitResponse response, inside_->call(&v1::Ledger::Stub::SubmitSigned, request));
  return answers_of(response, content.transactions.size());
}

Result<std::vector<Answer>> Client::submit_batch(const std::vector<Transaction>& batch) {
  v1::SubmitBatchRequest request;
  for (const Transaction& transaction : batch)
    edge::to_proto(transaction, *request.add_transactions());
  TRY(const v1::SubmitResponse response, inside_->call(&v1::Ledger::Stub::SubmitBatch, request));
  return answers_of(response, batch.size());
}

Result<Answer> Client::receipt(MerchantId merchant, ByteView request_id) {
  v1::GetReceiptRequest request;
  request.set_merchant(merchant.value());
  request.set_request_id(to_hex(request_id));
  TRY(const v1::Answer response, inside_->call(&v1::Ledger::Stub::GetReceipt, request));
  return answer_of(response);
}

Result<Explained> Client::explain(MerchantId merchant, ByteView request_id) {
  v1::GetReceiptRequest request;
  request.set_merchant(merchant.value());
  request.set_request_id(to_hex(request_id));
  TRY(const v1::Explanation response, inside_->call(&v1::Ledger::Stub::Explain, request));
  return explained_of(response);
}

Result<Simulated> Client::simulate(const Transaction& transaction) {
  v1::Transaction request;
  edge::to_proto(transaction, request);
  TRY(const v1::SimulateResponse response, inside_->call(&v1::Ledger::Stub::Simulate, request));
  Simulated simulated;
  TRY(simulated.receipt, edge::from_proto(response.receipt()));
  if (response.has_explanation()) simulated.explained = explained_of(response.explanation());
  simulated.missing = {response.missing().lines().begin(), response.missing().lines().end()};
  simulated.json = edge::simulation_to_json(response);
  return simulated;
}

Result<std::vector<std::optional<Answer>>> Client::receipts(MerchantId merchant,
                                                            const std::vector<Bytes>& request_ids) {
  std::vector<std::optional<Answer>> answers;
  while (answers.size() < request_ids.size()) {
    const std::size_t first = answers.size();
    const std::size_t last = std::min(first + limits::kPageSizeMax, request_ids.size());
    v1::GetReceiptsRequest request;
    request.set_merchant(merchant.value());
    for (std::size_t i = first; i < last; ++i)
      request.add_request_ids(to_hex(request_ids[i]));
    TRY(const v1::GetReceiptsResponse response,
        inside_->call(&v1::Ledger::Stub::GetReceipts, request));
    if (static_cast<std::size_t>(response.results_size()) != last - first)
      return malformed("receipts: got another number from the server than was asked for");
    for (const v1::ReceiptResult& result : response.results()) {
      if (!result.has_answer()) {
        answers.emplace_back();
        continue;
      }
      TRY(Answer answer, answer_of(result.answer()));
      answers.emplace_back(std::move(answer));
    }
  }
  return answers;
}

Result<Balance> Client::balance(const AccountId& account) {
  v1::GetLotsRequest request;
  request.set_member(to_hex(account.member.view()));
  request.set_programme(account.programme.value());
  request.set_page_size(static_cast<std::int32_t>(limits::kPageSizeMax));
  std::optional<Balance> balance;
  for (int attempt = 0; attempt < kLotsAttemptsMax;) {
    const Result<v1::GetLotsResponse> page = inside_->call(&v1::Ledger::Stub::GetLots, request);
    const bool is_further = !request.page_token().empty();
    // The account has changed between two pages, or another node answers now: from the start.
    if (!page.ok() && is_further && ++attempt < kLotsAttemptsMax) {
      request.clear_page_token();
      continue;
    }
    if (!page.ok()) return page.error();
    if (!is_further) {
      TRY(balance, balance_of(page->balance()));
    }
    for (const v1::Lot& entry : page->lots()) {
      TRY(const state::Lot lot, edge::from_proto(entry));
      balance->lots.push_back(lot);
    }
    for (const v1::PendingLot& entry : page->pending()) {
      TRY(state::PendingLot pending, edge::from_proto(entry));
      balance->waiting.push_back(std::move(pending));
    }
    if (page->next_page_token().empty()) break;
    request.set_page_token(page->next_page_token());
  }
  return std::move(*balance);
}

Result<HistoryPage> Client::history(const AccountId& account, std::uint32_t page_size,
                                    const std::string& page_token) {
  v1::GetHistoryRequest request;
  request.set_member(to_hex(account.member.view()));
  request.set_programme(account.programme.value());
  request.set_page_size(
      static_cast<std::int32_t>(std::min<std::size_t>(page_size, limits::kPageSizeMax)));
  request.set_page_token(page_token);
  TRY(const v1::GetHistoryResponse response, inside_->call(&v1::Ledger::Stub::GetHistory, request));
  return history_of(response);
}

Result<RemoteBlock> Client::block(Height height) {
  v1::GetBlockRequest request;
  request.set_height(static_cast<std::int64_t>(height.value()));
  RemoteBlock block;
  while (true) {
    TRY(const v1::GetBlockResponse response, inside_->call(&v1::Ledger::Stub::GetBlock, request));
    TRY_VOID(add_to_block(response, block));
    if (!response.has_next_receipt()) return block;
    if (response.next_receipt() <= request.first_receipt())
      return malformed("block: the server's pages do not end");
    request.set_first_receipt(response.next_receipt());
  }
}

Result<ProvenRecord> Client::prove(const state::RecordKey& key) {
  v1::GetProofRequest request;
  request.set_record_key(to_hex(key.bytes));
  TRY(const v1::GetProofResponse response, inside_->call(&v1::Ledger::Stub::GetProof, request));
  return proven_of(response);
}

Result<RemoteStatus> Client::status() {
  TRY(const v1::GetStatusResponse response,
      inside_->call(&v1::Ledger::Stub::GetStatus, v1::GetStatusRequest()));
  TRY(RemoteStatus status, status_of(response));
  status.endpoint = inside_->endpoint();
  return status;
}

}  // namespace tally::client
