// The ledger in one RocksDB: opened and checked, then one synced batch a block.
#include <tally/storage/rocks_store.h>

#include <algorithm>
#include <utility>

#include "storage/pieces.h"
#include "storage/rocks_database.h"
#include "storage/rocks_place.h"
#include "storage/rocks_snapshot.h"

namespace tally::storage {
namespace {

class RocksStore final : public Store {
 public:
  RocksStore(std::shared_ptr<RocksDatabase> database, std::optional<Tip> tip,
             crypto::Hash tip_digest)
      : database_(std::move(database)), tip_(tip), tip_digest_(tip_digest) {}

  Result<void> commit(const CommittedBlock& committed, const state::StateDelta& delta) override;
  Result<void> put_certificate(const consensus::Certificate& certificate) override;
  Result<std::unique_ptr<const Snapshot>> snapshot() const override {
    return open_rocks_snapshot(database_);
  }
  LogPosition log_position() const override { return tip_.value_or(Tip()).log; }

 private:
  void put_block(rocksdb::WriteBatch& batch, const CommittedBlock& committed) const;
  void put_state(rocksdb::WriteBatch& batch, const state::StateDelta& delta) const;
  void put_due(rocksdb::WriteBatch& batch, const std::vector<DueChange>& changes) const;
  void move_due_start(Height height, const std::vector<DueChange>& changes);
  Result<Bytes> first_due(state::DueClass which, const std::vector<DueChange>& changes) const;

  std::shared_ptr<RocksDatabase> database_;
  std::optional<Tip> tip_;  ///< absent: not even genesis
  crypto::Hash tip_digest_;
  std::optional<Error> failure_;
};

Result<void> RocksStore::commit(const CommittedBlock& committed, const state::StateDelta& delta) {
  CHECK(committed.block != nullptr);
  const consensus::Header& header = committed.block->header;
  CHECK(header.height == (tip_.has_value() ? tip_->height.next() : Height()));
  CHECK(header.parent == tip_digest_);
  CHECK(delta.height() == tip_.value_or(Tip()).height);
  if (failure_.has_value()) return *failure_;

  TRY(const std::vector<DueChange> changes, due_changes(delta));
  const Tip tip{header.height, committed.log};
  rocksdb::WriteBatch batch = new_batch();
  put_block(batch, committed);
  put_state(batch, delta);
  put_due(batch, changes);
  database_->put(batch, Family::Meta, as_bytes(kTipKey), encode_tip(tip));
  const Result<void> written = database_->write(batch, true);
  if (!written.ok()) {
    failure_ = with_context("block " + std::to_string(header.height.value()), written.error());
    return *failure_;
  }
  move_due_start(header.height, changes);
  tip_ = tip;
  tip_digest_ = consensus::header_digest(header);
  return {};
}

void RocksStore::put_block(rocksdb::WriteBatch& batch, const CommittedBlock& committed) const {
  const state::Block& block = *committed.block;
  const Bytes key = height_key(block.header.height);
  database_->put(batch, Family::Headers, key, encode_header_value(block, committed.commit));
  if (block.header.height == Height()) return;  // genesis orders nothing and answers nobody
  cut_into_pieces(encode_block_bytes(block),
                  [&](Family family, std::uint32_t piece, ByteView bytes) {
                    database_->put(batch, family, piece_key(block.header.height, piece), bytes);
                  });
}

void RocksStore::put_state(rocksdb::WriteBatch& batch, const state::StateDelta& delta) const {
  for (const auto& [key, change] : delta.records()) {
    if (change.before == change.after) continue;
    if (change.after.has_value())
      database_->put(batch, Family::Records, key.bytes, *change.after);
    else
      database_->erase(batch, Family::Records, key.bytes);
  }
  for (const auto& [key, record] : delta.requests())
    database_->put(batch, Family::Requests, key.view(), encode_request(record));
  for (const auto& [key, record] : delta.orders())
    database_->put(batch, Family::Orders, key.view(), encode_order(record));
}

void RocksStore::put_due(rocksdb::WriteBatch& batch, const std::vector<DueChange>& changes) const {
  for (const DueChange& change : changes) {
    if (change.before.has_value())
      database_->erase(batch, Family::Due, due_key(change.which, *change.before));
    if (change.after.has_value())
      database_->put(batch, Family::Due, due_key(change.which, *change.after), {});
  }
}

/// Looks from where the block before knew that nothing stands, or from what this one put before it.
Result<Bytes> RocksStore::first_due(state::DueClass which,
                                    const std::vector<DueChange>& changes) const {
  const auto known =
      tip_.has_value() ? database_->due_start().at(tip_->height, which) : std::nullopt;
  Bytes from = known.value_or(due_class_key(which));
  for (const DueChange& change : changes)
    if (change.which == which && change.after.has_value())
      from = std::min(from, due_key(which, *change.after));
  std::optional<Bytes> first;
  TRY_VOID(database_->scan_from(Family::Due, from, nullptr, [&](ByteView key, ByteView) {
    first = to_bytes(key);
    return Result<bool>(false);
  }));
  return first.value_or(from);
}

/// The block is on disk: what cannot be read here will be by whoever asks for it, and tells.
void RocksStore::move_due_start(Height height, const std::vector<DueChange>& changes) {
  DueStart::Keys keys;
  for (const auto which : {state::DueClass::Own, state::DueClass::Shared}) {
    Result<Bytes> first = first_due(which, changes);
    if (!first.ok()) return;
    keys.at(DueStart::index_of(which)) = std::move(*first);
  }
  database_->due_start().set(height, std::move(keys));
}

Result<void> RocksStore::put_certificate(const consensus::Certificate& certificate) {
  if (failure_.has_value()) return *failure_;
  rocksdb::WriteBatch batch = new_batch();
  database_->put(batch, Family::Certificates, height_key(certificate.statement.height),
                 consensus::encode_certificate(certificate));
  const Result<void> written = database_->write(batch, false);
  if (!written.ok()) failure_ = written.error();
  return written;
}

/// A new ledger's format and chain, on disk before anything else.
Result<void> write_identity(RocksDatabase& database, const crypto::Hash& chain) {
  rocksdb::WriteBatch batch = new_batch();
  database.put(batch, Family::Meta, as_bytes(kFormatKey), encode_format());
  database.put(batch, Family::Meta, as_bytes(kChainKey), chain.view());
  return database.write(batch, true);
}

/// Conflict: another format or chain. Corrupt: neither is there.
Result<void> check_identity(const RocksDatabase& database, const crypto::Hash& chain) {
  TRY(const std::optional<rocksdb::PinnableSlice> format,
      database.find(Family::Meta, as_bytes(kFormatKey), nullptr));
  if (!format.has_value()) return Error{ErrorCode::Corrupt, "meta format is missing"};
  const Result<void> known = check_format(view_of(*format));
  if (!known.ok())
    return Error{
        known.error().code == ErrorCode::Conflict ? ErrorCode::Conflict : ErrorCode::Corrupt,
        "meta format: " + known.error().message};
  TRY(const std::optional<rocksdb::PinnableSlice> stored,
      database.find(Family::Meta, as_bytes(kChainKey), nullptr));
  if (!stored.has_value() || stored->size() != crypto::Hash::kSize)
    return Error{ErrorCode::Corrupt, "meta chain is missing or cut"};
  if (crypto::Hash::from_view(view_of(*stored)) != chain)
    return Error{ErrorCode::Conflict,
                 "holds chain " + to_hex(view_of(*stored)) + "; expected " + to_hex(chain.view())};
  return {};
}

/// The digest of the newest header, which the next block names as its parent; zero before genesis.
/// Corrupt: that header is not there, or one above it is.
Result<crypto::Hash> check_tip(const RocksDatabase& database, const std::optional<Tip>& tip) {
  const Height next = tip.has_value() ? tip->height.next() : Height();
  TRY(const std::optional<rocksdb::PinnableSlice> above,
      database.find(Family::Headers, height_key(next), nullptr));
  if (above.has_value())
    return corrupt(Family::Headers, std::to_string(next.value()), tip.value_or(Tip()).height,
                   "stands above the newest height");
  if (!tip.has_value()) return crypto::Hash();
  const std::string key = std::to_string(tip->height.value());
  TRY(const std::optional<rocksdb::PinnableSlice> value,
      database.find(Family::Headers, height_key(tip->height), nullptr));
  if (!value.has_value()) return corrupt(Family::Headers, key, tip->height, "is missing");
  const Result<HeaderValue> newest = decode_header_value(view_of(*value));
  if (!newest.ok()) return corrupt(Family::Headers, key, tip->height, newest.error().message);
  return consensus::header_digest(newest->header);
}

Result<std::unique_ptr<Store>> open_checked(const RocksPlace& place, const std::string& folder,
                                            const crypto::Hash& chain, OpenMode mode) {
  TRY(std::shared_ptr<RocksDatabase> database, RocksDatabase::open(folder, mode, place));
  if (mode == OpenMode::Create) TRY_VOID(write_identity(*database, chain));
  TRY_VOID(check_identity(*database, chain));
  TRY(const std::optional<Tip> tip, read_tip(*database, nullptr));
  TRY(const crypto::Hash digest, check_tip(*database, tip));
  return std::unique_ptr<Store>(std::make_unique<RocksStore>(std::move(database), tip, digest));
}

}  // namespace

Result<std::unique_ptr<Store>> open_rocks_store(const std::string& folder,
                                                const crypto::Hash& chain, OpenMode mode) {
  return open_rocks_store_at({}, folder, chain, mode);
}

Result<std::unique_ptr<Store>> open_rocks_store_at(const RocksPlace& place,
                                                   const std::string& folder,
                                                   const crypto::Hash& chain, OpenMode mode) {
  Result<std::unique_ptr<Store>> store = open_checked(place, folder, chain, mode);
  if (store.ok() || store.error().message.find(folder) != std::string::npos) return store;
  return with_context("ledger " + folder, store.error());
}

}  // namespace tally::storage
