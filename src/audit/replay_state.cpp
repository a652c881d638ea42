// The auditor's state, and its comparison with what a node stored.
#include "audit/replay_state.h"

#include <tally/base/check.h>
#include <tally/state/account.h>

#include <algorithm>
#include <string>

namespace tally::audit {
namespace {

template <typename Map, typename Key>
auto found_in(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? std::optional<typename Map::mapped_type>() : found->second;
}

Result<state::Deadlines> deadlines_of(const std::optional<Bytes>& account) {
  if (!account.has_value()) return state::Deadlines();
  return state::decode_deadlines(*account);
}

std::string_view name_of(state::RecordKind kind) {
  switch (kind) {
    case state::RecordKind::Consortium:
      return "consortium";
    case state::RecordKind::Merchant:
      return "merchant";
    case state::RecordKind::Key:
      return "key";
    case state::RecordKind::Programme:
      return "programme";
    case state::RecordKind::Totals:
      return "totals";
    case state::RecordKind::Commitment:
      return "commitment";
    case state::RecordKind::Account:
      return "account";
    case state::RecordKind::Lots:
      return "lots";
    case state::RecordKind::Campaign:
      return "campaign";
    case state::RecordKind::Ref:
      return "ref";
    case state::RecordKind::Hold:
      return "hold";
    case state::RecordKind::Return:
      return "return";
    case state::RecordKind::Token:
      return "token";
    case state::RecordKind::Pool:
      return "pool";
    case state::RecordKind::Merged:
      return "merge";
    case state::RecordKind::Recovery:
      return "recovery";
    case state::RecordKind::Adjusted:
      return "adjustment";
    case state::RecordKind::Opening:
      return "opening lot";
    case state::RecordKind::Quote:
      return "quote";
    case state::RecordKind::Exposure:
      return "exposure";
    case state::RecordKind::Owed:
      return "debt between merchants";
    case state::RecordKind::Cycle:
      return "cycle";
    case state::RecordKind::Issuer:
      return "issuer";
    case state::RecordKind::Taken:
      return "points taken";
    case state::RecordKind::Consents:
      return "used consents";
    case state::RecordKind::Change:
      return "change";
    case state::RecordKind::Rate:
      return "rate";
  }
  return "unknown";
}

Error differs(Height height, const std::string& what) {
  return Error{ErrorCode::Corrupt, "height " + std::to_string(height.value()) + ": " + what};
}

Error past_differs(const Position& position) {
  return differs(position.height, "receipt " + std::to_string(position.index) +
                                      ", read again, is not what the blocks come to");
}

std::string describe(const state::RecordKey& key) {
  return std::string(name_of(key.kind())) + " record " + to_hex(key.bytes);
}

/// Walks a stored family beside the replayed one; both ascend, so one pass finds the first key
/// that is missing, extra or different.
template <typename Map>
class Walk {
 public:
  explicit Walk(const Map& expected) : next_(expected.begin()), end_(expected.end()) {}

  template <typename Key, typename Value>
  bool visit(const Key& key, const Value& value) {
    if (next_ == end_ || key < next_->first) return found("is extra");
    if (next_->first < key) return found("is missing");
    if (!(next_->second == value)) return found("is another");
    ++next_;
    return true;
  }
  void finish() {
    if (fault_.empty() && next_ != end_) fault_ = "is missing";
  }
  [[nodiscard]] const std::string& fault() const { return fault_; }
  /// The replayed entry where the walk stopped; end where an extra one stands after all.
  [[nodiscard]] auto place() const { return next_; }

 private:
  bool found(const char* fault) {
    fault_ = fault;
    return false;
  }
  typename Map::const_iterator next_;
  typename Map::const_iterator end_;
  std::string fault_;
};

/// A difference in a family derived from receipts, at the height of the replayed entry.
template <typename Map, typename HeightOf>
Result<void> derived_fault(const Walk<Map>& walk, const Map& expected, const char* family,
                           Height newest, HeightOf height_of) {
  if (walk.fault().empty()) return {};
  const bool at_end = walk.place() == expected.end();
  return differs(
      at_end ? newest : height_of(*walk.place()),
      std::string("an entry of ") + family + " " + walk.fault() + " than the receipts give");
}

}  // namespace

Result<std::optional<Bytes>> ReplayState::find(const state::RecordKey& key) const {
  return found_in(records_, key);
}

Result<std::optional<state::RequestRecord>> ReplayState::find_request(const RequestKey& key) const {
  return found_in(requests_, key);
}

Result<std::optional<state::OrderRecord>> ReplayState::find_order(const OrderKey& key) const {
  return found_in(orders_, key);
}

Result<std::vector<state::DueEntry>> ReplayState::due(state::DueClass which, Timestamp until,
                                                      std::size_t most) const {
  std::vector<state::DueEntry> entries;
  for (const state::DueEntry& entry : which == state::DueClass::Own ? own_due_ : shared_due_) {
    if (entry.deadline > until || entries.size() == most) break;
    entries.push_back(entry);
  }
  return entries;
}

Result<std::vector<AccountId>> ReplayState::accounts_after(const std::optional<AccountId>& after,
                                                           std::size_t most) const {
  std::vector<AccountId> accounts;
  for (auto record = records_.lower_bound(state::first_account_key(after));
       record != records_.end() && accounts.size() < most; ++record) {
    const std::optional<AccountId> account = state::account_of(record->first);
    if (!account.has_value() || record->first.kind() != state::RecordKind::Account) break;
    accounts.push_back(*account);
  }
  return accounts;
}

const ReplayState::Replayed* ReplayState::find_replayed(const Position& position) const {
  if (position.height.value() >= receipts_.size()) return nullptr;
  const std::vector<Replayed>& block = receipts_[position.height.value()];
  return position.index < block.size() ? &block[position.index] : nullptr;
}

Result<std::optional<state::Past>> ReplayState::find_past(const Position& position) const {
  const Replayed* const replayed = find_replayed(position);
  if (replayed == nullptr || replayed->is_due) return std::optional<state::Past>();
  TRY(std::optional<state::Past> past, past_.find_past(position));
  const bool is_same = past.has_value() && receipt_leaf(past->receipt) == replayed->leaf &&
                       request_digest(past->transaction) == past->receipt.request_digest;
  if (!is_same) return past_differs(position);
  return past;
}

Result<std::optional<Receipt>> ReplayState::find_receipt(const Position& position) const {
  const Replayed* const replayed = find_replayed(position);
  if (replayed == nullptr) return std::optional<Receipt>();
  TRY(std::optional<Receipt> receipt, past_.find_receipt(position));
  if (!receipt.has_value() || receipt_leaf(*receipt) != replayed->leaf)
    return past_differs(position);
  return receipt;
}

Result<Timestamp> ReplayState::find_time(Height height) const {
  if (height.value() < times_.size()) return times_[height.value()];
  return Error{ErrorCode::NotFound, "height " + std::to_string(height.value()) + " is to come"};
}

Result<void> ReplayState::apply(const state::Block& block, const state::StateDelta& delta) {
  height_ = block.header.height;
  CHECK(height_.value() == times_.size());
  times_.push_back(block.header.ledger_time);
  auto& receipts = receipts_.emplace_back();
  for (const Receipt& receipt : block.receipts)
    receipts.push_back({receipt_leaf(receipt), receipt.kind == ActionKind::Due});
  for (const auto& [key, change] : delta.records()) {
    if (key.kind() == state::RecordKind::Account) {
      TRY(const state::Deadlines before, deadlines_of(change.before));
      TRY(const state::Deadlines after, deadlines_of(change.after));
      own_due_.erase({before.own, key});
      shared_due_.erase({before.shared, key});
      if (after.own != Timestamp::never()) own_due_.insert({after.own, key});
      if (after.shared != Timestamp::never()) shared_due_.insert({after.shared, key});
    }
    if (change.before != change.after) written_at_.insert_or_assign(key, height_);
    if (change.after.has_value())
      records_.insert_or_assign(key, *change.after);
    else
      records_.erase(key);
  }
  for (const auto& [key, record] : delta.requests())
    requests_.insert_or_assign(key, record);
  for (const auto& [key, record] : delta.orders())
    orders_.insert_or_assign(key, record);
  return {};
}

Result<void> ReplayState::compare(const storage::Snapshot& ledger) const {
  TRY_VOID(compare_records(ledger));
  return compare_derived(ledger);
}

Result<void> ReplayState::compare_records(const storage::Snapshot& ledger) const {
  auto next = records_.begin();
  std::optional<Error> fault;
  const auto height_of = [this](const state::RecordKey& key) {
    const auto found = written_at_.find(key);
    return found == written_at_.end() ? height_ : found->second;
  };
  TRY_VOID(ledger.for_each_record([&](const state::RecordKey& key, ByteView bytes) {
    if (next == records_.end() || key < next->first)
      fault = differs(height_of(key), describe(key) + " is stored, but no block wrote it");
    else if (next->first < key)
      fault = differs(height_of(next->first), describe(next->first) + " is missing");
    else if (!std::ranges::equal(next->second, bytes))
      fault = differs(height_of(key), describe(key) + " is not what the blocks come to");
    else
      ++next;
    return !fault.has_value();
  }));
  if (!fault.has_value() && next != records_.end())
    fault = differs(height_of(next->first), describe(next->first) + " is missing");
  if (fault.has_value()) return *fault;
  return {};
}

Result<void> ReplayState::compare_derived(const storage::Snapshot& ledger) const {
  Walk requests(requests_);
  TRY_VOID(ledger.for_each_request([&](const RequestKey& key, const state::RequestRecord& record) {
    return requests.visit(key, record);
  }));
  requests.finish();
  TRY_VOID(derived_fault(requests, requests_, "requests", height_,
                         [](const auto& entry) { return entry.second.position.height; }));

  Walk orders(orders_);
  TRY_VOID(ledger.for_each_order([&](const OrderKey& key, const state::OrderRecord& record) {
    return orders.visit(key, record);
  }));
  orders.finish();
  TRY_VOID(
      derived_fault(orders, orders_, "orders", height_, [this](const auto&) { return height_; }));

  auto own = own_due_.begin();
  auto shared = shared_due_.begin();
  bool same = true;
  TRY_VOID(ledger.for_each_due([&](state::DueClass which, const state::DueEntry& entry) {
    const bool is_own = which == state::DueClass::Own;
    auto& next = is_own ? own : shared;
    same = next != (is_own ? own_due_ : shared_due_).end() && *next == entry;
    if (same) ++next;
    return same;
  }));
  if (!same || own != own_due_.end() || shared != shared_due_.end())
    return differs(height_, "the due entries are not those that the accounts give");
  return {};
}

}  // namespace tally::audit
