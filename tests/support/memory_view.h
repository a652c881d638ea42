// MemoryView: a state view in maps, to which deltas are applied; for tests that link no storage.
#pragma once

#include <tally/state/account.h>
#include <tally/state/block.h>
#include <tally/state/history.h>
#include <tally/state/state_delta.h>

#include <map>
#include <set>

namespace tally::test {

class MemoryView final : public state::LedgerView {
 public:
  [[nodiscard]] Height height() const override { return height_; }

  [[nodiscard]] Result<std::optional<Bytes>> find(const state::RecordKey& key) const override {
    return find_in(records_, key);
  }
  [[nodiscard]] Result<std::optional<state::RequestRecord>> find_request(
      const RequestKey& key) const override {
    return find_in(requests_, key);
  }
  [[nodiscard]] Result<std::optional<state::OrderRecord>> find_order(
      const OrderKey& key) const override {
    return find_in(orders_, key);
  }
  [[nodiscard]] Result<std::vector<state::DueEntry>> due(state::DueClass which, Timestamp until,
                                                         std::size_t most) const override {
    std::vector<state::DueEntry> entries;
    const auto queue = due_.find(which);
    if (queue == due_.end()) return entries;
    for (const state::DueEntry& entry : queue->second) {
      if (entry.deadline > until || entries.size() == most) break;
      entries.push_back(entry);
    }
    return entries;
  }
  [[nodiscard]] Result<std::vector<AccountId>> accounts_after(const std::optional<AccountId>& after,
                                                              std::size_t most) const override {
    std::vector<AccountId> accounts;
    for (auto record = records_.lower_bound(state::first_account_key(after));
         record != records_.end() && record->first.kind() == state::RecordKind::Account &&
         accounts.size() < most;
         ++record)
      accounts.push_back(*state::account_of(record->first));
    return accounts;
  }
  [[nodiscard]] Result<std::optional<state::Past>> find_past(
      const Position& position) const override {
    if (const auto planted = find_in(pasts_, position)) return planted;
    const auto block = blocks_.find(position.height);
    if (block == blocks_.end() || position.index >= block->second.receipts.size())
      return std::optional<state::Past>();
    const state::PayloadPlace place = block->second.transactions.at(position.index);
    if (place.size == 0) return std::optional<state::Past>();
    TRY(Transaction transaction, state::transaction_at(block->second.proposal.payload, place));
    return std::optional(
        state::Past{std::move(transaction), block->second.receipts.at(position.index)});
  }
  [[nodiscard]] Result<std::optional<Receipt>> find_receipt(
      const Position& position) const override {
    if (const auto planted = find_in(receipts_, position)) return planted;
    const auto block = blocks_.find(position.height);
    if (block == blocks_.end() || position.index >= block->second.receipts.size())
      return std::optional<Receipt>();
    return std::optional(block->second.receipts.at(position.index));
  }
  /// Of heights without a block, the first instant there is.
  [[nodiscard]] Result<Timestamp> find_time(Height height) const override {
    if (height > height_) return Error{ErrorCode::NotFound, "no such height"};
    const auto block = blocks_.find(height);
    return block == blocks_.end() ? Timestamp() : block->second.header.ledger_time;
  }

  /// As a store would: records, requests, orders, and the due entries derived from the accounts.
  void commit(const state::StateDelta& delta, Height height) {
    for (const auto& [key, change] : delta.records()) {
      if (key.kind() == state::RecordKind::Account) forget_due(key);
      if (change.after.has_value())
        records_[key] = *change.after;
      else
        records_.erase(key);
      if (key.kind() == state::RecordKind::Account) note_due(key);
    }
    for (const auto& [key, record] : delta.requests())
      requests_[key] = record;
    for (const auto& [key, record] : delta.orders())
      orders_[key] = record;
    height_ = height;
  }

  /// The same, and the block is there to be read.
  void commit(const state::StateDelta& delta, const state::Block& block) {
    commit(delta, block.header.height);
    blocks_.insert_or_assign(block.header.height, block);
  }

  /// Makes `receipt`, and its transaction where it has one, part of the past.
  void remember(const Transaction& transaction, const Receipt& receipt) {
    pasts_.insert_or_assign(receipt.position, state::Past{transaction, receipt});
    remember(receipt);
  }
  void remember(const Receipt& receipt) { receipts_.insert_or_assign(receipt.position, receipt); }

  [[nodiscard]] const std::map<state::RecordKey, Bytes>& records() const { return records_; }
  /// Plants bytes past every law, for tests of what notices them.
  void plant(const state::RecordKey& key, Bytes bytes) { records_[key] = std::move(bytes); }

 private:
  template <typename Map, typename Key>
  static std::optional<typename Map::mapped_type> find_in(const Map& map, const Key& key) {
    const auto found = map.find(key);
    if (found == map.end()) return std::nullopt;
    return found->second;
  }
  [[nodiscard]] state::Deadlines deadlines_of(const state::RecordKey& key) const {
    const auto found = records_.find(key);
    if (found == records_.end()) return {};
    // Tests of the tree alone put other bytes under accounts' keys.
    const Result<state::Deadlines> deadlines = state::decode_deadlines(found->second);
    return deadlines.ok() ? *deadlines : state::Deadlines();
  }
  void forget_due(const state::RecordKey& key) {
    const state::Deadlines deadlines = deadlines_of(key);
    due_[state::DueClass::Own].erase({deadlines.own, key});
    due_[state::DueClass::Shared].erase({deadlines.shared, key});
  }
  void note_due(const state::RecordKey& key) {
    const state::Deadlines deadlines = deadlines_of(key);
    const auto note = [&](state::DueClass which, Timestamp deadline) {
      if (deadline != Timestamp::never()) due_[which].insert({deadline, key});
    };
    note(state::DueClass::Own, deadlines.own);
    note(state::DueClass::Shared, deadlines.shared);
  }

  Height height_;
  std::map<state::RecordKey, Bytes> records_;
  std::map<RequestKey, state::RequestRecord> requests_;
  std::map<OrderKey, state::OrderRecord> orders_;
  std::map<state::DueClass, std::set<state::DueEntry>> due_;
  std::map<Height, state::Block> blocks_;
  std::map<Position, state::Past> pasts_;
  std::map<Position, Receipt> receipts_;
};

}  // namespace tally::test
