// Calls: what every call does before its own work, and how it ends.
#pragma once

#include "api/bounds.h"
#include "api/door.h"
#include "api/reads.h"
#include "api/services.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

namespace tally::api {

/// Who calls, what they ask of, and until when they wait.
struct Call {
  Caller caller;
  std::unique_ptr<const storage::Snapshot> snapshot;
  Clock::time_point deadline;
};

/// Metadata, certificate, key, role: in this order, before the request is looked at.
[[nodiscard]] Reply<Call> begin_call(const Door& door, const grpc::CallbackServerContext& context,
                                     Method method);

/// The status of a fault, with its reason in the trailing metadata.
[[nodiscard]] grpc::Status status_of(const Fault& fault, grpc::CallbackServerContext& context);

/// A call that is answered at once, from a snapshot. `work`: Check(const ReadContext&)
template <typename Work>
grpc::ServerUnaryReactor* answer_now(const Shared& shared, grpc::CallbackServerContext* context,
                                     Method method, Work work) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const Reply<Call> call = begin_call(shared.door, *context, method);
  const Check answered =
      call.ok() ? work(ReadContext{call->caller, *call->snapshot}) : Check(call.error());
  reactor->Finish(answered.ok() ? grpc::Status::OK : status_of(answered.error(), *context));
  return reactor;
}

/// A write, which is answered when its block is certified; the caller may go away before.
class WriteReactor final : public grpc::ServerUnaryReactor {
 public:
  using Start = std::function<std::optional<Waiting::Ticket>(const Call&, const AnswersDone&)>;
  using Fill = std::function<void(Answers)>;

  /// Deletes itself when the call is over. `start` runs before this returns.
  static WriteReactor* run(const Shared& shared, grpc::CallbackServerContext* context,
                           Method method, const Start& start, Fill fill);

  void OnCancel() override { close(); }
  void OnDone() override { delete this; }

 private:
  WriteReactor(const Shared& shared, grpc::CallbackServerContext* context, Fill fill)
      : shared_(shared), context_(context), fill_(std::move(fill)) {}
  void answer(Reply<Answers> reply);
  void close();

  const Shared shared_;
  grpc::CallbackServerContext* context_;
  Fill fill_;
  std::atomic<Waiting::Ticket> ticket_{0};
};

}  // namespace tally::api
