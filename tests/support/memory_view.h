// MemoryView: a state view in maps, to which deltas are applied; for tests that link no storage.
#pragma once

#include <tally/state/account.h>
#include <tally/state/state_delta.h>

#include <map>
#include <set>

namespace tally::test {

class MemoryView final : public state::StateView {
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
  [[nodiscard]] Result<std::vector<state::DueEntry>> due(Timestamp until,
                                                         std::size_t most) const override {
    std::vector<state::DueEntry> entries;
    for (const state::DueEntry& entry : due_) {
      if (entry.deadline > until || entries.size() == most) break;
      entries.push_back(entry);
    }
    return entries;
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
  [[nodiscard]] std::optional<state::DueEntry> due_of(const state::RecordKey& key) const {
    const auto found = records_.find(key);
    if (found == records_.end()) return std::nullopt;
    const Result<state::AccountHead> head = state::decode_account_head(found->second);
    // Tests of the tree alone put other bytes under accounts' keys.
    if (!head.ok() || head->earliest_deadline == Timestamp::never()) return std::nullopt;
    return state::DueEntry{head->earliest_deadline, key};
  }
  void forget_due(const state::RecordKey& key) {
    if (const auto entry = due_of(key)) due_.erase(*entry);
  }
  void note_due(const state::RecordKey& key) {
    if (const auto entry = due_of(key)) due_.insert(*entry);
  }

  Height height_;
  std::map<state::RecordKey, Bytes> records_;
  std::map<RequestKey, state::RequestRecord> requests_;
  std::map<OrderKey, state::OrderRecord> orders_;
  std::set<state::DueEntry> due_;
};

}  // namespace tally::test
