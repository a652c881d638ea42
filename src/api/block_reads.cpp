// Blocks: header, certificate, and of the receipts those that the caller may see.
#include <tally/edge/translate.h>

#include "api/bounds.h"
#include "api/reads.h"
#include "api/transactions.h"
#include "api/visible.h"
#include "tally/v1/ledger.pb.h"

namespace tally::api {
namespace {

/// Which receipts of a block the caller may see at all: auditors all; operators their merchant's
/// transactions, and what others did, or fell due, in their programme, for their account with
/// another merchant, or in a cycle; others none (design/security.md §5).
Result<std::vector<bool>> visible_receipts(const Caller& caller,
                                           const storage::StoredBlock& block) {
  std::vector<bool> visible(block.receipts.size(), caller.role() == Role::Auditor);
  if (caller.role() != Role::Operator) return visible;
  TRY(const auto transactions, transactions_of(block));
  for (std::size_t i = 0; i < block.receipts.size(); ++i)
    visible[i] = touches_visible(caller, block.receipts[i]) ||
                 (transactions[i].has_value() &&
                  transactions[i]->transaction.merchant == caller.record->merchant);
  return visible;
}

/// From `first` on, as many as one answer holds beside what it has already; at least one.
void put_receipts(const Caller& caller, const std::vector<bool>& visible, std::size_t first,
                  std::vector<Receipt> receipts, v1::GetBlockResponse& response) {
  std::size_t bytes = response.proposal_bytes().size();
  for (std::size_t i = first; i < receipts.size(); ++i) {
    if (!visible[i]) continue;
    if (bytes >= bounds::kBlockBytes && response.receipts_size() > 0)
      return response.set_next_receipt(static_cast<std::uint32_t>(i));
    const VisibleReceipt part = visible_part(caller, std::move(receipts[i]));
    v1::Receipt& message = *response.add_receipts();
    edge::to_proto(part.receipt, message);
    message.set_withheld(part.withheld);
    bytes += message.ByteSizeLong();
  }
}

}  // namespace

Check Reads::block(const ReadContext& context, const v1::GetBlockRequest& request,
                   v1::GetBlockResponse& response) {
  const std::uint64_t newest = context.snapshot.height().value();
  if (request.height() < 0 || static_cast<std::uint64_t>(request.height()) > newest)
    return Fault{grpc::StatusCode::OUT_OF_RANGE, "FUTURE_HEIGHT",
                 "height: got " + std::to_string(request.height()) + "; expected 0 to " +
                     std::to_string(newest)};
  const Height height(static_cast<std::uint64_t>(request.height()));
  TRY(storage::StoredBlock block, context.snapshot.block(height));
  if (request.first_receipt() > block.receipts.size())
    return Fault{grpc::StatusCode::OUT_OF_RANGE, "NO_SUCH_RECEIPT",
                 "first_receipt: got " + std::to_string(request.first_receipt()) +
                     "; expected at most " + std::to_string(block.receipts.size())};
  if (!block.certificate.has_value()) {
    const node::NodeStatus status = door_.loop.status();
    if (status.certified.has_value() && status.certified->header.height == height)
      block.certificate = status.certified->certificate;
  }

  edge::to_proto(block.header, *response.mutable_header());
  response.set_header_bytes(std::string(as_text(consensus::encode_header(block.header))));
  if (block.certificate.has_value())
    response.set_certificate_bytes(
        std::string(as_text(consensus::encode_certificate(*block.certificate))));
  if (context.caller.role() == Role::Auditor && request.first_receipt() == 0)
    response.set_proposal_bytes(std::string(as_text(consensus::encode_proposal(block.proposal))));
  response.set_receipt_count(static_cast<std::uint32_t>(block.receipts.size()));
  TRY(const std::vector<bool> visible, visible_receipts(context.caller, block));
  put_receipts(context.caller, visible, request.first_receipt(), std::move(block.receipts),
               response);
  return passed();
}

}  // namespace tally::api
