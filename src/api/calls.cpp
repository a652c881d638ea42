// The beginning and the end of every call.
#include "api/calls.h"

namespace tally::api {
namespace {

/// gRPC 1.51 holds its own limit only once the client has acknowledged it (design/security.md §4).
Check check_metadata(const grpc::CallbackServerContext& context) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : context.client_metadata())
    bytes += key.size() + value.size() + bounds::kMetadataEntryBytes;
  if (bytes <= bounds::kMetadataBytesMax) return passed();
  return Fault{grpc::StatusCode::RESOURCE_EXHAUSTED, "METADATA_TOO_LARGE",
               "metadata: got " + std::to_string(bytes) + " bytes; expected at most " +
                   std::to_string(bounds::kMetadataBytesMax)};
}

/// A little before the caller's own deadline, if it is not near: an answer that says how to go on
/// is worth more than gRPC's own.
Clock::time_point deadline_of(const grpc::CallbackServerContext& context) {
  using std::chrono::milliseconds;
  const auto given = context.deadline();
  const Clock::time_point now = Clock::now();
  if (given == std::chrono::system_clock::time_point::max()) return now + bounds::kDeadlineDefault;
  const auto remaining =
      std::chrono::duration_cast<milliseconds>(given - std::chrono::system_clock::now());
  const auto margin =
      remaining > 4 * bounds::kDeadlineMargin ? bounds::kDeadlineMargin : milliseconds(0);
  return now + std::clamp(remaining - margin, milliseconds(0), bounds::kDeadlineMax);
}

std::string_view certificate_of(const grpc::CallbackServerContext& context) {
  const auto values = context.auth_context()->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (values.size() != 1) return {};
  return {values.front().data(), values.front().size()};
}

}  // namespace

Reply<Call> begin_call(const Door& door, const grpc::CallbackServerContext& context,
                       Method method) {
  TRY_VOID(check_metadata(context));
  TRY(auto snapshot, door.loop.snapshot());
  TRY(const consensus::Header header, snapshot->header(snapshot->height()));
  TRY(Caller caller, find_caller(certificate_of(context), method, *snapshot, header.ledger_time));
  return Call{std::move(caller), std::move(snapshot), deadline_of(context)};
}

grpc::Status status_of(const Fault& fault, grpc::CallbackServerContext& context) {
  context.AddTrailingMetadata("tally-reason", fault.reason);
  if (fault.retry_after_ms > 0)
    context.AddTrailingMetadata("tally-retry-after-ms", std::to_string(fault.retry_after_ms));
  return {fault.code, fault.message};
}

WriteReactor* WriteReactor::run(const Shared& shared, grpc::CallbackServerContext* context,
                                Method method, const Start& start, Fill fill) {
  // OnDone comes only after this is returned to gRPC, so it may end while it begins.
  auto* reactor = new WriteReactor(shared, context, std::move(fill));
  const Reply<Call> call = begin_call(shared.door, *context, method);
  if (!call.ok()) {
    reactor->Finish(status_of(call.error(), *context));
    return reactor;
  }
  const auto ticket =
      start(*call, [reactor](Reply<Answers> reply) { reactor->answer(std::move(reply)); });
  if (ticket.has_value()) reactor->ticket_ = *ticket;
  if (context->IsCancelled()) reactor->close();
  return reactor;
}

void WriteReactor::answer(Reply<Answers> reply) {
  if (!reply.ok()) return Finish(status_of(reply.error(), *context_));
  fill_(std::move(reply).value());
  Finish(grpc::Status::OK);
}

void WriteReactor::close() {
  const Waiting::Ticket ticket = ticket_;
  // Consensus goes on; whoever closes the wait has to end the call, and nobody else will.
  if (ticket != 0 && shared_.waiting.close(ticket)) Finish(grpc::Status::CANCELLED);
}

}  // namespace tally::api
