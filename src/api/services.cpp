// Each method: its row, its translation, its work.
#include "api/services.h"

#include <tally/edge/translate.h>

#include "api/calls.h"
#include "api/proofs.h"
#include "api/visible.h"
#include "tally/v1/ledger.grpc.pb.h"
#include "tally/v1/services.grpc.pb.h"

namespace tally::api {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

void put(const Answered& answered, v1::Answer& message) {
  edge::to_proto(answered.receipt, *message.mutable_receipt());
  message.set_replayed(answered.replayed);
}

/// One transaction of one kind.
ServerUnaryReactor* write_one(const Shared& shared, CallbackServerContext* context, Method method,
                              const v1::Transaction* request, v1::Answer* response) {
  const auto start = [&](const Call& call,
                         const AnswersDone& done) -> std::optional<Waiting::Ticket> {
    Result<Transaction> transaction = edge::from_proto(*request);
    if (!transaction.ok()) return done(fault_of(transaction.error())), std::nullopt;
    const ActionKind kind = kind_of(transaction->action);
    if (method_of(kind) != method) {
      done(invalid("action: got " + std::string(name_of(kind)) + "; expected the one of " +
                   std::string(rule_of(method).name)));
      return std::nullopt;
    }
    return shared.writes.seal(call.caller, {std::move(transaction).value()}, call.deadline, done);
  };
  return WriteReactor::run(shared, context, method, start,
                           [response](Answers answers) { put(answers.front(), *response); });
}

WriteReactor::Fill fill_all(v1::SubmitResponse* response) {
  return [response](const Answers& answers) {
    for (const Answered& answered : answers)
      put(answered, *response->add_answers());
  };
}

class PointsService final : public v1::Points::CallbackService {
 public:
  explicit PointsService(const Shared& shared) : shared_(shared) {}
  ServerUnaryReactor* Earn(CallbackServerContext* context, const v1::Transaction* request,
                           v1::Answer* response) override {
    return write_one(shared_, context, Method::Earn, request, response);
  }
  ServerUnaryReactor* Redeem(CallbackServerContext* context, const v1::Transaction* request,
                             v1::Answer* response) override {
    return write_one(shared_, context, Method::Redeem, request, response);
  }
  ServerUnaryReactor* Transfer(CallbackServerContext* context, const v1::Transaction* request,
                               v1::Answer* response) override {
    return write_one(shared_, context, Method::Transfer, request, response);
  }
  ServerUnaryReactor* Attest(CallbackServerContext* context, const v1::Transaction* request,
                             v1::Answer* response) override {
    return write_one(shared_, context, Method::Attest, request, response);
  }
  ServerUnaryReactor* Activate(CallbackServerContext* context, const v1::Transaction* request,
                               v1::Answer* response) override {
    return write_one(shared_, context, Method::Activate, request, response);
  }
  ServerUnaryReactor* Hold(CallbackServerContext* context, const v1::Transaction* request,
                           v1::Answer* response) override {
    return write_one(shared_, context, Method::Hold, request, response);
  }
  ServerUnaryReactor* Capture(CallbackServerContext* context, const v1::Transaction* request,
                              v1::Answer* response) override {
    return write_one(shared_, context, Method::Capture, request, response);
  }
  ServerUnaryReactor* Void(CallbackServerContext* context, const v1::Transaction* request,
                           v1::Answer* response) override {
    return write_one(shared_, context, Method::Void, request, response);
  }
  ServerUnaryReactor* Reverse(CallbackServerContext* context, const v1::Transaction* request,
                              v1::Answer* response) override {
    return write_one(shared_, context, Method::Reverse, request, response);
  }
  ServerUnaryReactor* Pool(CallbackServerContext* context, const v1::Transaction* request,
                           v1::Answer* response) override {
    return write_one(shared_, context, Method::Pool, request, response);
  }

 private:
  const Shared shared_;
};

class MembersService final : public v1::Members::CallbackService {
 public:
  explicit MembersService(const Shared& shared) : shared_(shared) {}
  ServerUnaryReactor* Enrol(CallbackServerContext* context, const v1::Transaction* request,
                            v1::Answer* response) override {
    return write_one(shared_, context, Method::Enrol, request, response);
  }
  ServerUnaryReactor* RegisterKey(CallbackServerContext* context, const v1::Transaction* request,
                                  v1::Answer* response) override {
    return write_one(shared_, context, Method::RegisterKey, request, response);
  }
  ServerUnaryReactor* RevokeKey(CallbackServerContext* context, const v1::Transaction* request,
                                v1::Answer* response) override {
    return write_one(shared_, context, Method::RevokeKey, request, response);
  }
  ServerUnaryReactor* LinkToken(CallbackServerContext* context, const v1::Transaction* request,
                                v1::Answer* response) override {
    return write_one(shared_, context, Method::LinkToken, request, response);
  }
  ServerUnaryReactor* BlockToken(CallbackServerContext* context, const v1::Transaction* request,
                                 v1::Answer* response) override {
    return write_one(shared_, context, Method::BlockToken, request, response);
  }
  ServerUnaryReactor* Claim(CallbackServerContext* context, const v1::Transaction* request,
                            v1::Answer* response) override {
    return write_one(shared_, context, Method::Claim, request, response);
  }
  ServerUnaryReactor* Merge(CallbackServerContext* context, const v1::Transaction* request,
                            v1::Answer* response) override {
    return write_one(shared_, context, Method::Merge, request, response);
  }
  ServerUnaryReactor* Unmerge(CallbackServerContext* context, const v1::Transaction* request,
                              v1::Answer* response) override {
    return write_one(shared_, context, Method::Unmerge, request, response);
  }
  ServerUnaryReactor* Recover(CallbackServerContext* context, const v1::Transaction* request,
                              v1::Answer* response) override {
    return write_one(shared_, context, Method::Recover, request, response);
  }
  ServerUnaryReactor* Close(CallbackServerContext* context, const v1::Transaction* request,
                            v1::Answer* response) override {
    return write_one(shared_, context, Method::Close, request, response);
  }

 private:
  const Shared shared_;
};

class OperatorService final : public v1::Operator::CallbackService {
 public:
  explicit OperatorService(const Shared& shared) : shared_(shared) {}
  ServerUnaryReactor* PublishProgramme(CallbackServerContext* context,
                                       const v1::Transaction* request,
                                       v1::Answer* response) override {
    return write_one(shared_, context, Method::PublishProgramme, request, response);
  }
  ServerUnaryReactor* PublishCampaign(CallbackServerContext* context,
                                      const v1::Transaction* request,
                                      v1::Answer* response) override {
    return write_one(shared_, context, Method::PublishCampaign, request, response);
  }
  ServerUnaryReactor* PublishSegment(CallbackServerContext* context, const v1::Transaction* request,
                                     v1::Answer* response) override {
    return write_one(shared_, context, Method::PublishSegment, request, response);
  }
  ServerUnaryReactor* Freeze(CallbackServerContext* context, const v1::Transaction* request,
                             v1::Answer* response) override {
    return write_one(shared_, context, Method::Freeze, request, response);
  }
  ServerUnaryReactor* Unfreeze(CallbackServerContext* context, const v1::Transaction* request,
                               v1::Answer* response) override {
    return write_one(shared_, context, Method::Unfreeze, request, response);
  }
  ServerUnaryReactor* Adjust(CallbackServerContext* context, const v1::Transaction* request,
                             v1::Answer* response) override {
    return write_one(shared_, context, Method::Adjust, request, response);
  }
  ServerUnaryReactor* AdjustBulk(CallbackServerContext* context, const v1::Transaction* request,
                                 v1::Answer* response) override {
    return write_one(shared_, context, Method::AdjustBulk, request, response);
  }
  ServerUnaryReactor* OpenLots(CallbackServerContext* context, const v1::Transaction* request,
                               v1::Answer* response) override {
    return write_one(shared_, context, Method::OpenLots, request, response);
  }
  ServerUnaryReactor* Extend(CallbackServerContext* context, const v1::Transaction* request,
                             v1::Answer* response) override {
    return write_one(shared_, context, Method::Extend, request, response);
  }
  ServerUnaryReactor* Reinstate(CallbackServerContext* context, const v1::Transaction* request,
                                v1::Answer* response) override {
    return write_one(shared_, context, Method::Reinstate, request, response);
  }
  ServerUnaryReactor* AdvanceClock(CallbackServerContext* context, const v1::Transaction* request,
                                   v1::Answer* response) override {
    return write_one(shared_, context, Method::AdvanceClock, request, response);
  }

 private:
  const Shared shared_;
};

class ExchangeService final : public v1::Exchange::CallbackService {
 public:
  explicit ExchangeService(const Shared& shared) : shared_(shared) {}

  ServerUnaryReactor* PublishQuote(CallbackServerContext* context, const v1::Transaction* request,
                                   v1::Answer* response) override {
    return write_one(shared_, context, Method::PublishQuote, request, response);
  }
  ServerUnaryReactor* PublishRate(CallbackServerContext* context, const v1::Transaction* request,
                                  v1::Answer* response) override {
    return write_one(shared_, context, Method::PublishRate, request, response);
  }
  ServerUnaryReactor* ExchangePoints(CallbackServerContext* context, const v1::Transaction* request,
                                     v1::Answer* response) override {
    return write_one(shared_, context, Method::ExchangePoints, request, response);
  }

 private:
  const Shared shared_;
};

class SettlementService final : public v1::Settlement::CallbackService {
 public:
  explicit SettlementService(const Shared& shared) : shared_(shared) {}

  ServerUnaryReactor* CloseCycle(CallbackServerContext* context, const v1::Transaction* request,
                                 v1::Answer* response) override {
    return write_one(shared_, context, Method::CloseCycle, request, response);
  }
  ServerUnaryReactor* ConfirmPayment(CallbackServerContext* context, const v1::Transaction* request,
                                     v1::Answer* response) override {
    return write_one(shared_, context, Method::ConfirmPayment, request, response);
  }
  ServerUnaryReactor* DisputePayment(CallbackServerContext* context, const v1::Transaction* request,
                                     v1::Answer* response) override {
    return write_one(shared_, context, Method::DisputePayment, request, response);
  }

 private:
  const Shared shared_;
};

class ConsortiumService final : public v1::Consortium::CallbackService {
 public:
  explicit ConsortiumService(const Shared& shared) : shared_(shared) {}

  ServerUnaryReactor* ProposeChange(CallbackServerContext* context, const v1::Transaction* request,
                                    v1::Answer* response) override {
    return write_one(shared_, context, Method::ProposeChange, request, response);
  }
  ServerUnaryReactor* ApproveChange(CallbackServerContext* context, const v1::Transaction* request,
                                    v1::Answer* response) override {
    return write_one(shared_, context, Method::ApproveChange, request, response);
  }

 private:
  const Shared shared_;
};

/// Translates all of a batch, or says which one is wrong.
Reply<std::vector<Transaction>> batch_of(const v1::SubmitBatchRequest& request) {
  std::vector<Transaction> transactions;
  for (int i = 0; i < request.transactions_size(); ++i) {
    Result<Transaction> transaction = edge::from_proto(request.transactions(i));
    if (!transaction.ok())
      return invalid("transactions[" + std::to_string(i) + "]." + transaction.error().message);
    transactions.push_back(std::move(transaction).value());
  }
  return transactions;
}

/// The bytes of a record's key, or what is wrong with them.
Reply<state::RecordKey> record_key_of(const std::string& digits) {
  constexpr std::size_t kDigitsMax = 256;  // far above every key of docs/formats.md §3
  const Result<Bytes> bytes = bytes_from_hex(digits);
  if (digits.empty() || digits.size() > kDigitsMax || !bytes.ok())
    return invalid("record_key: got " + std::to_string(digits.size()) +
                   " characters; expected the hexadecimal digits of a record's key");
  return state::RecordKey{*bytes};
}

class LedgerService final : public v1::Ledger::CallbackService {
 public:
  explicit LedgerService(const Shared& shared) : shared_(shared) {}

  ServerUnaryReactor* SubmitBatch(CallbackServerContext* context,
                                  const v1::SubmitBatchRequest* request,
                                  v1::SubmitResponse* response) override {
    const auto start = [&](const Call& call,
                           const AnswersDone& done) -> std::optional<Waiting::Ticket> {
      Reply<std::vector<Transaction>> batch = batch_of(*request);
      if (!batch.ok()) return done(batch.error()), std::nullopt;
      return shared_.writes.seal(call.caller, std::move(batch).value(), call.deadline, done);
    };
    return WriteReactor::run(shared_, context, Method::SubmitBatch, start, fill_all(response));
  }

  ServerUnaryReactor* SubmitSigned(CallbackServerContext* context,
                                   const v1::SubmitSignedRequest* request,
                                   v1::SubmitResponse* response) override {
    const auto start = [&](const Call& call, const AnswersDone& done) {
      return shared_.writes.submit(call.caller, as_bytes(request->submission()), call.deadline,
                                   done);
    };
    return WriteReactor::run(shared_, context, Method::SubmitSigned, start, fill_all(response));
  }

  ServerUnaryReactor* Simulate(CallbackServerContext* context, const v1::Transaction* request,
                               v1::SimulateResponse* response) override {
    return answer_now(shared_, context, Method::Simulate, [&](const ReadContext& read) {
      return shared_.writes.simulate(read.caller, read.snapshot, *request, *response);
    });
  }

  ServerUnaryReactor* GetReceipt(CallbackServerContext* context,
                                 const v1::GetReceiptRequest* request,
                                 v1::Answer* response) override {
    return answer_now(shared_, context, Method::GetReceipt, [&](const ReadContext& read) {
      return shared_.reads.receipt(read, *request, *response);
    });
  }

  ServerUnaryReactor* GetReceipts(CallbackServerContext* context,
                                  const v1::GetReceiptsRequest* request,
                                  v1::GetReceiptsResponse* response) override {
    return answer_now(shared_, context, Method::GetReceipts, [&](const ReadContext& read) {
      return shared_.reads.receipts(read, *request, *response);
    });
  }

  ServerUnaryReactor* Explain(CallbackServerContext* context, const v1::GetReceiptRequest* request,
                              v1::Explanation* response) override {
    return answer_now(shared_, context, Method::Explain, [&](const ReadContext& read) {
      return shared_.reads.explain(read, *request, *response);
    });
  }

  ServerUnaryReactor* GetBalance(CallbackServerContext* context,
                                 const v1::GetBalanceRequest* request,
                                 v1::Balance* response) override {
    return answer_now(shared_, context, Method::GetBalance, [&](const ReadContext& read) {
      return shared_.reads.balance(read, *request, *response);
    });
  }

  ServerUnaryReactor* GetLots(CallbackServerContext* context, const v1::GetLotsRequest* request,
                              v1::GetLotsResponse* response) override {
    return answer_now(shared_, context, Method::GetLots, [&](const ReadContext& read) {
      return shared_.reads.lots(read, *request, *response);
    });
  }

  ServerUnaryReactor* GetHistory(CallbackServerContext* context,
                                 const v1::GetHistoryRequest* request,
                                 v1::GetHistoryResponse* response) override {
    return answer_now(shared_, context, Method::GetHistory, [&](const ReadContext& read) {
      return shared_.reads.history(read, *request, *response);
    });
  }

  ServerUnaryReactor* GetBlock(CallbackServerContext* context, const v1::GetBlockRequest* request,
                               v1::GetBlockResponse* response) override {
    return answer_now(shared_, context, Method::GetBlock, [&](const ReadContext& read) {
      return shared_.reads.block(read, *request, *response);
    });
  }

  ServerUnaryReactor* GetProof(CallbackServerContext* context, const v1::GetProofRequest* request,
                               v1::GetProofResponse* response) override {
    ServerUnaryReactor* reactor = context->DefaultReactor();
    const Reply<Call> call = begin_call(shared_.door, *context, Method::GetProof);
    Reply<state::RecordKey> key =
        call.ok() ? record_key_of(request->record_key()) : Reply<state::RecordKey>(call.error());
    if (key.ok() && !may_see(call->caller, *key))
      key = denied("NOT_OWN_ACCOUNT", "the caller's key has no right to this record");
    if (!key.ok()) {
      reactor->Finish(status_of(key.error(), *context));
      return reactor;
    }
    prove(shared_.door, shared_.waiting, *key, call->deadline,
          [context, response, reactor](const Reply<Proof>& proof) {
            if (!proof.ok()) return reactor->Finish(status_of(proof.error(), *context));
            put(*proof, *response);
            reactor->Finish(grpc::Status::OK);
          });
    return reactor;
  }

  ServerUnaryReactor* GetStatus(CallbackServerContext* context, const v1::GetStatusRequest* request,
                                v1::GetStatusResponse* response) override {
    return answer_now(shared_, context, Method::GetStatus, [&](const ReadContext& read) {
      return shared_.reads.status(read, *request, *response);
    });
  }

 private:
  static void put(const Proof& proof, v1::GetProofResponse& response) {
    const consensus::CertifiedHeader& certified = proof.certified;
    response.set_height(proof.proof.height.value());
    if (proof.record.has_value()) response.set_record(std::string(as_text(*proof.record)));
    response.set_proof(std::string(as_text(state::encode_proof(proof.proof))));
    response.set_header_bytes(std::string(as_text(consensus::encode_header(certified.header))));
    response.set_certificate_bytes(
        std::string(as_text(consensus::encode_certificate(certified.certificate))));
  }

  const Shared shared_;
};

}  // namespace

struct Services::Inside {
  explicit Inside(const Shared& shared)
      : points(shared),
        members(shared),
        operators(shared),
        exchange(shared),
        settlement(shared),
        consortium(shared),
        ledger(shared) {}
  PointsService points;
  MembersService members;
  OperatorService operators;
  ExchangeService exchange;
  SettlementService settlement;
  ConsortiumService consortium;
  LedgerService ledger;
};

Services::Services(const Shared& shared) : inside_(std::make_unique<Inside>(shared)) {}
Services::~Services() = default;

void Services::add_to(grpc::ServerBuilder& builder) {
  builder.RegisterService(&inside_->points);
  builder.RegisterService(&inside_->members);
  builder.RegisterService(&inside_->operators);
  builder.RegisterService(&inside_->exchange);
  builder.RegisterService(&inside_->settlement);
  builder.RegisterService(&inside_->consortium);
  builder.RegisterService(&inside_->ledger);
}

const std::vector<std::string>& Services::names() {
  static const std::vector<std::string> names = {
      v1::Points::service_full_name(),     v1::Members::service_full_name(),
      v1::Operator::service_full_name(),   v1::Exchange::service_full_name(),
      v1::Settlement::service_full_name(), v1::Consortium::service_full_name(),
      v1::Ledger::service_full_name()};
  return names;
}

}  // namespace tally::api
