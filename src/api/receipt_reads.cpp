// Receipts by request id, and a node's status.
#include <tally/base/limits.h>
#include <tally/edge/translate.h>

#include "api/reads.h"
#include "tally/v1/ledger.pb.h"

namespace tally::api {
namespace {

#ifdef TALLY_VERSION
constexpr const char* kVersion = TALLY_VERSION;
#else
constexpr const char* kVersion = "unknown";
#endif

void put(const VisibleReceipt& visible, v1::Receipt& message) {
  edge::to_proto(visible.receipt, message);
  message.set_withheld(visible.withheld);
}

}  // namespace

/// Staff ask for their own merchant's. Members and callers without a record ask for any: they are
/// shown what touches their own account, and what they submitted here themselves.
Check Reads::check_asker(const Caller& caller, MerchantId merchant) const {
  const auto role = caller.role();
  if (merchant.value() == 0) return invalid("merchant: got nothing; expected a merchant's id");
  if ((role == Role::Terminal || role == Role::Operator) && caller.record->merchant != merchant)
    return denied("NOT_OWN_MERCHANT", "merchant: got " + std::to_string(merchant.value()) +
                                          "; expected the caller's own, " +
                                          std::to_string(caller.record->merchant.value()));
  return passed();
}

Reply<std::optional<VisibleReceipt>> Reads::find_receipt(const ReadContext& context,
                                                         Height certified,
                                                         const RequestKey& key) const {
  const std::optional<VisibleReceipt> none;
  const Caller& caller = context.caller;
  TRY(const auto known, context.snapshot.find_request(key));
  // What no quorum has certified yet is no answer yet.
  if (!known.has_value() || known->position.height > certified) return none;
  TRY(Receipt receipt, context.snapshot.receipt(known->position));
  const bool shows_all = caller.role() == Role::Auditor || caller.role() == Role::Terminal ||
                         caller.role() == Role::Operator || door_.submitters.is_of(caller.key, key);
  if (shows_all) return std::optional(VisibleReceipt{std::move(receipt), false});
  if (!touches_visible(caller, receipt)) return none;
  return std::optional(visible_part(caller, std::move(receipt)));
}

Check Reads::receipt(const ReadContext& context, const v1::GetReceiptRequest& request,
                     v1::Answer& response) {
  const MerchantId merchant(request.merchant());
  TRY_VOID(check_asker(context.caller, merchant));
  TRY(const Bytes id, edge::id_from_hex("request_id", request.request_id()));
  TRY(const auto receipt, find_receipt(context, waiting_.certified(), request_key(merchant, id)));
  if (!receipt.has_value())
    return Fault{grpc::StatusCode::NOT_FOUND, "UNKNOWN_REQUEST",
                 "no certified block holds this request yet"};
  put(*receipt, *response.mutable_receipt());
  return passed();
}

Check Reads::receipts(const ReadContext& context, const v1::GetReceiptsRequest& request,
                      v1::GetReceiptsResponse& response) {
  const MerchantId merchant(request.merchant());
  TRY_VOID(check_asker(context.caller, merchant));
  const auto count = static_cast<std::size_t>(request.request_ids_size());
  if (count > limits::kPageSizeMax)
    return Fault{grpc::StatusCode::INVALID_ARGUMENT, "OUT_OF_LIMITS",
                 "request_ids: got " + std::to_string(count) + "; expected at most " +
                     std::to_string(limits::kPageSizeMax)};
  response.set_height(context.snapshot.height().value());
  const Height certified = waiting_.certified();
  for (int i = 0; i < request.request_ids_size(); ++i) {
    TRY(const Bytes id,
        edge::id_from_hex("request_ids[" + std::to_string(i) + "]", request.request_ids(i)));
    TRY(const auto receipt, find_receipt(context, certified, request_key(merchant, id)));
    v1::ReceiptResult& result = *response.add_results();
    if (receipt.has_value()) put(*receipt, *result.mutable_answer()->mutable_receipt());
  }
  return passed();
}

Check Reads::status(const ReadContext&, const v1::GetStatusRequest&,
                    v1::GetStatusResponse& response) {
  const node::NodeStatus status = door_.loop.status();
  response.set_merchant(door_.merchant.value());
  response.set_self(status.self.value());
  response.set_view(status.view.value());
  response.set_primary(status.primary.value());
  response.set_stable(status.stable.value());
  response.set_executed(status.executed.value());
  response.set_header_time(status.newest.time.milliseconds());
  response.set_ledger_time(status.newest.ledger_time.milliseconds());
  response.set_state_root(to_hex(status.newest.state_root.view()));
  response.set_chain(to_hex(door_.chain.view()));
  response.set_connected(static_cast<std::uint32_t>(status.connected));
  response.set_pool_submissions(static_cast<std::uint32_t>(status.pool_submissions));
  response.set_voting(status.voting);
  response.set_changing(status.changing);
  response.set_learner(status.learner);
  response.set_waiting_for(status.waiting_for);
  response.set_version(kVersion);
  return passed();
}

}  // namespace tally::api
