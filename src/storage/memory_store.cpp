// A ledger in maps: each value with the write that put it there, so that a snapshot is a number.
#include <tally/storage/memory_store.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <utility>

#include "storage/key_layout.h"

namespace tally::storage {
namespace {

/// Counts commits and certificates: what a snapshot has seen.
using WriteNumber = std::uint64_t;

/// A map that answers as of any write that a snapshot still looks at.
template <typename Key, typename Value>
class Table {
 public:
  /// nullptr: nothing there.
  [[nodiscard]] const Value* find(const Key& key, WriteNumber as_of) const {
    const auto found = rows_.find(key);
    return found == rows_.end() ? nullptr : newest(found->second, as_of);
  }

  /// Absent: erases. `oldest` is the earliest write that anybody may still ask about.
  void put(const Key& key, std::optional<Value> value, WriteNumber write, WriteNumber oldest) {
    Versions& versions = rows_[key];
    if (!value.has_value()) erased_.insert(key);
    versions[write] = std::move(value);
    drop_unseen(versions, oldest);
  }

  /// Takes out the rows that were erased before `oldest`.
  void sweep(WriteNumber oldest) {
    for (auto key = erased_.begin(); key != erased_.end();) {
      const auto row = rows_.find(*key);
      drop_unseen(row->second, oldest);
      const auto& [write, value] = *row->second.begin();
      const bool back_again = row->second.rbegin()->second.has_value();
      const bool gone = !value.has_value() && write <= oldest && row->second.size() == 1;
      if (gone) rows_.erase(row);
      key = gone || back_again ? erased_.erase(key) : std::next(key);
    }
  }

  /// In key order, until `visit` returns false.
  template <typename Visit>
  void for_each(WriteNumber as_of, Visit visit) const {
    for_each_from(rows_.begin(), as_of, visit);
  }
  template <typename Visit>
  void for_each_from(const Key& first, WriteNumber as_of, Visit visit) const {
    for_each_from(rows_.lower_bound(first), as_of, visit);
  }

 private:
  using Versions = std::map<WriteNumber, std::optional<Value>>;

  template <typename Visit>
  void for_each_from(typename std::map<Key, Versions>::const_iterator row, WriteNumber as_of,
                     Visit visit) const {
    for (; row != rows_.end(); ++row) {
      const Value* value = newest(row->second, as_of);
      if (value != nullptr && !visit(row->first, *value)) return;
    }
  }

  static const Value* newest(const Versions& versions, WriteNumber as_of) {
    const auto after = versions.upper_bound(as_of);
    if (after == versions.begin()) return nullptr;
    const std::optional<Value>& value = std::prev(after)->second;
    return value.has_value() ? &*value : nullptr;
  }

  /// Keeps the newest version that `oldest` sees, and all later ones.
  static void drop_unseen(Versions& versions, WriteNumber oldest) {
    const auto after = versions.upper_bound(std::max(oldest, versions.begin()->first));
    versions.erase(versions.begin(), std::prev(after));
  }

  std::map<Key, Versions> rows_;
  std::set<Key> erased_;  ///< rows whose newest version may be an erasure
};

struct NoValue {};

/// What store and snapshots share; all of it under `mutex`.
struct Contents {
  mutable std::shared_mutex mutex;
  WriteNumber newest = 0;
  std::multiset<WriteNumber> read;  ///< by the snapshots that are alive

  std::vector<StoredBlock> blocks;  ///< by height; without certificates
  std::vector<std::vector<SubmissionDigest>> submissions;
  std::vector<std::vector<state::PayloadPlace>> places;  ///< of each receipt's transaction
  Table<Height, consensus::Certificate> certificates;
  Table<state::RecordKey, Bytes> records;
  Table<RequestKey, state::RequestRecord> requests;
  Table<OrderKey, state::OrderRecord> orders;
  Table<state::DueEntry, NoValue> own_due;
  Table<state::DueEntry, NoValue> shared_due;

  [[nodiscard]] Table<state::DueEntry, NoValue>& due_of(state::DueClass which) {
    return which == state::DueClass::Own ? own_due : shared_due;
  }
};

template <typename T>
std::optional<T> copied(const T* value) {
  return value == nullptr ? std::nullopt : std::optional(*value);
}

/// Each read holds the mutex, so `visit` must not come back to the store.
class MemorySnapshot final : public Snapshot {
 public:
  explicit MemorySnapshot(std::shared_ptr<Contents> contents) : contents_(std::move(contents)) {
    const std::unique_lock lock(contents_->mutex);
    as_of_ = contents_->newest;
    blocks_ = contents_->blocks.size();
    contents_->read.insert(as_of_);
  }
  MemorySnapshot(const MemorySnapshot&) = delete;
  MemorySnapshot& operator=(const MemorySnapshot&) = delete;
  ~MemorySnapshot() override {
    const std::unique_lock lock(contents_->mutex);
    contents_->read.erase(contents_->read.find(as_of_));
  }

  Height height() const override { return Height(blocks_ == 0 ? 0 : blocks_ - 1); }

  Result<std::optional<Bytes>> find(const state::RecordKey& key) const override {
    const std::shared_lock lock(contents_->mutex);
    return copied(contents_->records.find(key, as_of_));
  }
  Result<std::optional<state::RequestRecord>> find_request(const RequestKey& key) const override {
    const std::shared_lock lock(contents_->mutex);
    return copied(contents_->requests.find(key, as_of_));
  }
  Result<std::optional<state::OrderRecord>> find_order(const OrderKey& key) const override {
    const std::shared_lock lock(contents_->mutex);
    return copied(contents_->orders.find(key, as_of_));
  }
  Result<std::vector<state::DueEntry>> due(state::DueClass which, Timestamp until,
                                           std::size_t most) const override {
    const std::shared_lock lock(contents_->mutex);
    std::vector<state::DueEntry> entries;
    contents_->due_of(which).for_each(as_of_, [&](const state::DueEntry& entry, const NoValue&) {
      if (entries.size() >= most || entry.deadline > until) return false;
      entries.push_back(entry);
      return true;
    });
    return entries;
  }

  Result<std::vector<AccountId>> accounts_after(const std::optional<AccountId>& after,
                                                std::size_t most) const override {
    const std::shared_lock lock(contents_->mutex);
    std::vector<AccountId> accounts;
    const auto visit = [&](const state::RecordKey& key, const Bytes&) {
      if (accounts.size() >= most || key.kind() != state::RecordKind::Account) return false;
      accounts.push_back(state::account_of(key).value());
      return true;
    };
    contents_->records.for_each_from(state::first_account_key(after), as_of_, visit);
    return accounts;
  }

  Result<consensus::Header> header(Height height) const override {
    TRY_VOID(require(height));
    const std::shared_lock lock(contents_->mutex);
    return contents_->blocks.at(height.value()).header;
  }
  Result<StoredBlock> block(Height height) const override {
    TRY_VOID(require(height));
    const std::shared_lock lock(contents_->mutex);
    StoredBlock block = contents_->blocks.at(height.value());
    block.certificate = copied(contents_->certificates.find(height, as_of_));
    return block;
  }
  Result<std::optional<consensus::Certificate>> certificate(Height height) const override {
    const std::shared_lock lock(contents_->mutex);
    return copied(contents_->certificates.find(height, as_of_));
  }
  Result<Receipt> receipt(Position position) const override {
    TRY_VOID(require(position.height));
    const std::shared_lock lock(contents_->mutex);
    const std::vector<Receipt>& receipts = contents_->blocks.at(position.height.value()).receipts;
    if (position.index >= receipts.size())
      return Error{ErrorCode::NotFound, "receipt " + std::to_string(position.height.value()) + "/" +
                                            std::to_string(position.index) + ": there are " +
                                            std::to_string(receipts.size()) +
                                            " receipts in this block"};
    return receipts[position.index];
  }
  Result<std::optional<state::Past>> find_past(const Position& position) const override {
    if (!require(position.height).ok()) return std::optional<state::Past>();
    const std::shared_lock lock(contents_->mutex);
    const StoredBlock& block = contents_->blocks.at(position.height.value());
    const auto& places = contents_->places.at(position.height.value());
    if (position.index >= places.size() || places[position.index].size == 0)
      return std::optional<state::Past>();
    TRY(Transaction transaction,
        state::transaction_at(block.proposal.payload, places[position.index]));
    return std::optional(state::Past{std::move(transaction), block.receipts.at(position.index)});
  }
  Result<std::vector<SubmissionDigest>> submissions(Height height) const override {
    TRY_VOID(require(height));
    const std::shared_lock lock(contents_->mutex);
    return contents_->submissions.at(height.value());
  }

  Result<void> for_each_record(
      const std::function<bool(const state::RecordKey&, ByteView)>& visit) const override {
    const std::shared_lock lock(contents_->mutex);
    contents_->records.for_each(as_of_, visit);
    return {};
  }
  Result<void> for_each_request(
      const std::function<bool(const RequestKey&, const state::RequestRecord&)>& visit)
      const override {
    const std::shared_lock lock(contents_->mutex);
    contents_->requests.for_each(as_of_, visit);
    return {};
  }
  Result<void> for_each_order(
      const std::function<bool(const OrderKey&, const state::OrderRecord&)>& visit) const override {
    const std::shared_lock lock(contents_->mutex);
    contents_->orders.for_each(as_of_, visit);
    return {};
  }
  Result<void> for_each_due(
      const std::function<bool(state::DueClass, const state::DueEntry&)>& visit) const override {
    const std::shared_lock lock(contents_->mutex);
    bool goes_on = true;
    for (const state::DueClass which : {state::DueClass::Own, state::DueClass::Shared})
      if (goes_on)
        contents_->due_of(which).for_each(as_of_, [&](const state::DueEntry& entry, NoValue) {
          return goes_on = visit(which, entry);
        });
    return {};
  }

 private:
  Result<void> require(Height height) const {
    if (height.value() < blocks_) return {};
    return Error{ErrorCode::NotFound,
                 "height " + std::to_string(height.value()) + " is not in the ledger"};
  }

  std::shared_ptr<Contents> contents_;
  WriteNumber as_of_ = 0;
  std::size_t blocks_ = 0;
};

class MemoryStore final : public Store {
 public:
  Result<void> commit(const CommittedBlock& committed, const state::StateDelta& delta) override {
    CHECK(committed.block != nullptr);
    const state::Block& block = *committed.block;
    Contents& contents = *contents_;
    // Before the lock: decoding reads the delta alone, and only this thread writes.
    TRY(const std::vector<DueChange> due, due_changes(delta));
    CHECK(block.transactions.size() == block.receipts.size());
    const std::size_t height = contents.blocks.size();
    CHECK(block.header.height.value() == height);
    CHECK(block.header.parent ==
          (height == 0 ? Hash() : consensus::header_digest(contents.blocks.back().header)));
    CHECK(delta.height().value() == (height == 0 ? 0 : height - 1));

    const std::unique_lock lock(contents.mutex);
    const auto [write, oldest] = next_write();
    StoredBlock stored{block.header, block.proposal, block.receipts, std::nullopt, std::nullopt};
    if (committed.commit != nullptr) stored.commit = *committed.commit;
    contents.blocks.push_back(std::move(stored));
    contents.submissions.push_back(block.submissions);
    contents.places.push_back(block.transactions);
    for (const auto& [key, change] : delta.records())
      if (change.before != change.after) contents.records.put(key, change.after, write, oldest);
    for (const auto& [key, record] : delta.requests())
      contents.requests.put(key, record, write, oldest);
    for (const auto& [key, record] : delta.orders())
      contents.orders.put(key, record, write, oldest);
    for (const DueChange& change : due) {
      auto& entries = contents.due_of(change.which);
      if (change.before.has_value()) entries.put(*change.before, std::nullopt, write, oldest);
      if (change.after.has_value()) entries.put(*change.after, NoValue(), write, oldest);
    }
    contents.records.sweep(oldest);
    contents.own_due.sweep(oldest);
    contents.shared_due.sweep(oldest);
    log_ = committed.log;
    return {};
  }

  Result<void> put_certificate(const consensus::Certificate& certificate) override {
    const std::unique_lock lock(contents_->mutex);
    const auto [write, oldest] = next_write();
    contents_->certificates.put(certificate.statement.height, certificate, write, oldest);
    return {};
  }

  Result<std::unique_ptr<const Snapshot>> snapshot() const override {
    return std::unique_ptr<const Snapshot>(std::make_unique<MemorySnapshot>(contents_));
  }
  LogPosition log_position() const override { return log_; }

 private:
  /// The number of a write that begins, and of the oldest one that is still looked at.
  /// REQUIRES: the mutex is held.
  std::pair<WriteNumber, WriteNumber> next_write() {
    const WriteNumber write = ++contents_->newest;
    return {write, contents_->read.empty() ? write : *contents_->read.begin()};
  }

  std::shared_ptr<Contents> contents_ = std::make_shared<Contents>();
  LogPosition log_;
};

}  // namespace

std::unique_ptr<Store> make_memory_store() {
  return std::make_unique<MemoryStore>();
}

}  // namespace tally::storage
