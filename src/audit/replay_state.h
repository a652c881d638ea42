// ReplayState: the auditor's own state, built by executing blocks; nothing of it comes from disk.
#pragma once

#include <tally/state/block.h>
#include <tally/state/history.h>
#include <tally/state/state_delta.h>
#include <tally/storage/store.h>

#include <map>
#include <set>
#include <vector>

namespace tally::audit {

/// What it says of the past is read from `past` and held against what was replayed.
/// Holds records, requests, orders and due entries in plain maps, and when each record was last
/// written, so that a difference can be given a height.
class ReplayState final : public state::LedgerView {
 public:
  explicit ReplayState(const state::History& past) : past_(past) {}

  [[nodiscard]] Height height() const override { return height_; }
  [[nodiscard]] Result<std::optional<Bytes>> find(const state::RecordKey& key) const override;
  [[nodiscard]] Result<std::optional<state::RequestRecord>> find_request(
      const RequestKey& key) const override;
  [[nodiscard]] Result<std::optional<state::OrderRecord>> find_order(
      const OrderKey& key) const override;
  [[nodiscard]] Result<std::vector<state::DueEntry>> due(state::DueClass which, Timestamp until,
                                                         std::size_t most) const override;
  [[nodiscard]] Result<std::vector<AccountId>> accounts_after(const std::optional<AccountId>& after,
                                                              std::size_t most) const override;
  /// Corrupt: the past is not what was replayed.
  [[nodiscard]] Result<std::optional<state::Past>> find_past(
      const Position& position) const override;
  [[nodiscard]] Result<std::optional<Receipt>> find_receipt(
      const Position& position) const override;
  [[nodiscard]] Result<Timestamp> find_time(Height height) const override;

  /// Takes over what `block` wrote, genesis or the next. Corrupt: an account that does not decode.
  [[nodiscard]] Result<void> apply(const state::Block& block, const state::StateDelta& delta);

  [[nodiscard]] const std::map<state::RecordKey, Bytes>& records() const { return records_; }

  /// That `ledger` stores exactly this state. Corrupt: the record or entry that differs, and the
  /// height that wrote it last.
  [[nodiscard]] Result<void> compare(const storage::Snapshot& ledger) const;

 private:
  using Queue = std::set<state::DueEntry>;
  [[nodiscard]] Result<void> compare_records(const storage::Snapshot& ledger) const;
  [[nodiscard]] Result<void> compare_derived(const storage::Snapshot& ledger) const;

  /// What is kept of a receipt: enough to know it again.
  struct Replayed {
    Hash leaf;
    bool is_due = false;
  };
  [[nodiscard]] const Replayed* find_replayed(const Position& position) const;
  [[nodiscard]] Queue& due_of(state::DueClass which) {
    return which == state::DueClass::Own ? own_due_ : shared_due_;
  }

  const state::History& past_;
  Height height_;
  std::vector<Timestamp> times_;                 ///< block times, by height
  std::vector<std::vector<Replayed>> receipts_;  ///< by height
  std::map<state::RecordKey, Bytes> records_;
  std::map<state::RecordKey, Height> written_at_;
  std::map<RequestKey, state::RequestRecord> requests_;
  std::map<OrderKey, state::OrderRecord> orders_;
  Queue own_due_;
  Queue shared_due_;
};

}  // namespace tally::audit
