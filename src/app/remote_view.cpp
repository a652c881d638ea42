// Records with their proofs.
#include "app/remote_view.h"

#include <utility>

namespace tally::app {
namespace {

Error no_proof() {
  return Error{ErrorCode::NotFound, "this is not under the state root, so no node can prove it"};
}

}  // namespace

RemoteView::RemoteView(client::Client& client, std::optional<consensus::Epoch> epoch, Height at)
    : client_(client), epoch_(std::move(epoch)), at_(at) {}

Result<std::optional<Bytes>> RemoteView::find(const state::RecordKey& key) const {
  TRY(client::ProvenRecord proven, client_.prove(key));
  if (epoch_.has_value()) TRY_VOID(check_proof(*epoch_, key, proven));
  const bool moved =
      header_.has_value() && header_->header.state_root != proven.certified.header.state_root;
  if (one_state_ && moved)
    return Error{ErrorCode::Unavailable, "the state moved on while it was read"};
  if (!header_.has_value()) header_ = std::move(proven.certified);
  return std::move(proven.record);
}

Result<std::optional<state::RequestRecord>> RemoteView::find_request(const RequestKey&) const {
  return no_proof();
}

Result<std::optional<state::OrderRecord>> RemoteView::find_order(const OrderKey&) const {
  return no_proof();
}

Result<std::vector<state::DueEntry>> RemoteView::due(state::DueClass, Timestamp,
                                                     std::size_t) const {
  return no_proof();
}

Result<void> check_proof(const consensus::Epoch& epoch, const state::RecordKey& key,
                         const client::ProvenRecord& proven) {
  const consensus::Header& header = proven.certified.header;
  const auto corrupt = [&](const std::string& what) {
    return Error{ErrorCode::Corrupt,
                 "header " + std::to_string(header.height.value()) + ": " + what};
  };
  const auto certified =
      consensus::check_block_certificate(epoch, header, proven.certified.certificate);
  if (!certified.ok()) return corrupt("certificate: " + certified.error().message);
  if (proven.proof.height != header.height) return corrupt("the proof is of another height");
  if (!state::proves(proven.proof, header.state_root, key, proven.record))
    return corrupt("the proof does not lead to its state root");
  return {};
}

}  // namespace tally::app
