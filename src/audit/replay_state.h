// ReplayState: the auditor's own state, built by executing blocks; nothing of it comes from disk.
#pragma once

#include <tally/state/state_delta.h>
#include <tally/storage/store.h>

#include <map>
#include <set>

namespace tally::audit {

/// Holds records, requests, orders and due entries in plain maps, and when each record was last
/// written, so that a difference can be given a height.
class ReplayState final : public state::StateView {
 public:
  [[nodiscard]] Height height() const override { return height_; }
  [[nodiscard]] Result<std::optional<Bytes>> find(const state::RecordKey& key) const override;
  [[nodiscard]] Result<std::optional<state::RequestRecord>> find_request(
      const RequestKey& key) const override;
  [[nodiscard]] Result<std::optional<state::OrderRecord>> find_order(
      const OrderKey& key) const override;
  [[nodiscard]] Result<std::vector<state::DueEntry>> due(Timestamp until,
                                                         std::size_t most) const override;

  /// Takes over what the block of `height` wrote. Corrupt: an account that does not decode.
  [[nodiscard]] Result<void> apply(Height height, const state::StateDelta& delta);

  [[nodiscard]] const std::map<state::RecordKey, Bytes>& records() const { return records_; }

  /// That `ledger` stores exactly this state. Corrupt: the record or entry that differs, and the
  /// height that wrote it last.
  [[nodiscard]] Result<void> compare(const storage::Snapshot& ledger) const;

 private:
  [[nodiscard]] Result<void> compare_records(const storage::Snapshot& ledger) const;
  [[nodiscard]] Result<void> compare_derived(const storage::Snapshot& ledger) const;

  Height height_;
  std::map<state::RecordKey, Bytes> records_;
  std::map<state::RecordKey, Height> written_at_;
  std::map<RequestKey, state::RequestRecord> requests_;
  std::map<OrderKey, state::OrderRecord> orders_;
  std::set<state::DueEntry> due_;
};

}  // namespace tally::audit
