// A delta: what was written stands over what the view below says.
#include <tally/state/state_delta.h>

#include <tally/base/canary.h>

namespace tally::state {

Result<std::optional<Bytes>> StateDelta::find(const RecordKey& key) const {
  const auto written = records_.find(key);
  const bool is_stale = canary(109) && key.kind() == RecordKind::Account;
  if (written != records_.end() && !is_stale) return written->second.after;
  return find_below(key);
}

Result<std::optional<Bytes>> StateDelta::find_below(const RecordKey& key) const {
  const auto known = read_.find(key);
  if (known != read_.end()) return known->second;
  TRY(std::optional<Bytes> bytes, base_->find(key));
  read_.emplace(key, bytes);
  return bytes;
}

Result<std::optional<RequestRecord>> StateDelta::find_request(const RequestKey& key) const {
  const auto written = requests_.find(key);
  if (written != requests_.end()) return std::optional<RequestRecord>(written->second);
  return base_->find_request(key);
}

Result<std::optional<OrderRecord>> StateDelta::find_order(const OrderKey& key) const {
  const auto written = orders_.find(key);
  if (written != orders_.end()) return std::optional<OrderRecord>(written->second);
  return base_->find_order(key);
}

Result<std::vector<DueEntry>> StateDelta::due(DueClass which, Timestamp until,
                                              std::size_t most) const {
  return base_->due(which, until, most);
}

Result<void> StateDelta::put(const RecordKey& key, Bytes bytes) {
  return change(key, std::move(bytes));
}

Result<void> StateDelta::erase(const RecordKey& key) {
  return change(key, std::nullopt);
}

Result<void> StateDelta::change(const RecordKey& key, std::optional<Bytes> after) {
  const auto written = records_.find(key);
  if (written != records_.end()) {
    written->second.after = std::move(after);
    return {};
  }
  TRY(std::optional<Bytes> before, find_below(key));
  records_.emplace(key, RecordChange{std::move(before), std::move(after)});
  return {};
}

void StateDelta::put_request(const RequestKey& key, const RequestRecord& record) {
  requests_.insert_or_assign(key, record);
}

void StateDelta::put_order(const OrderKey& key, const OrderRecord& record) {
  orders_.insert_or_assign(key, record);
}

void StateDelta::absorb(StateDelta&& transaction) {
  CHECK(transaction.base_ == this);
  for (auto& [key, change] : transaction.records_) {
    const auto [place, is_new] = records_.try_emplace(key);
    if (is_new)
      place->second = std::move(change);
    else
      place->second.after = std::move(change.after);
  }
  for (const auto& [key, record] : transaction.requests_)
    put_request(key, record);
  for (const auto& [key, record] : transaction.orders_)
    put_order(key, record);
}

}  // namespace tally::state
