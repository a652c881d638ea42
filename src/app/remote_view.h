// RemoteView: the ledger's records as a node proves them, read as execution reads its own.
#pragma once

#include <tally/client/client.h>
#include <tally/consensus/epoch.h>
#include <tally/state/state_view.h>

#include <optional>

namespace tally::app {

/// Each record comes with its proof under a header that a quorum certified, and counts only if
/// both verify under the epoch that it was made with. Without one it takes the node's word.
/// Borrows the client. For one thread.
class RemoteView final : public state::StateView {
 public:
  /// `at`: the height that readers are told; a record may be of a newer one.
  RemoteView(client::Client& client, std::optional<consensus::Epoch> epoch, Height at);

  [[nodiscard]] Height height() const override { return at_; }
  /// Unavailable besides what the client says: with `one_state`, the state moved on in between.
  [[nodiscard]] Result<std::optional<Bytes>> find(const state::RecordKey& key) const override;
  /// NotFound: what is not under the root has no proof.
  [[nodiscard]] Result<std::optional<state::RequestRecord>> find_request(
      const RequestKey& key) const override;
  [[nodiscard]] Result<std::optional<state::OrderRecord>> find_order(
      const OrderKey& key) const override;
  [[nodiscard]] Result<std::vector<state::DueEntry>> due(state::DueClass which, Timestamp until,
                                                         std::size_t most) const override;

  /// From now on, all records must be of one state.
  void require_one_state() { one_state_ = true; }
  /// The header under which the first record of this view was proven.
  [[nodiscard]] const std::optional<consensus::CertifiedHeader>& header() const { return header_; }

 private:
  client::Client& client_;
  std::optional<consensus::Epoch> epoch_;
  Height at_;
  bool one_state_ = false;
  mutable std::optional<consensus::CertifiedHeader> header_;
};

/// That `proven` shows what `key` holds, or that it holds nothing, under a header that a quorum of
/// `epoch` certified. Corrupt: says which part does not verify.
[[nodiscard]] Result<void> check_proof(const consensus::Epoch& epoch, const state::RecordKey& key,
                                       const client::ProvenRecord& proven);

}  // namespace tally::app
