// Reads at one height. All that is read is decoded strictly and held against its key; what a hash
// covers is held against that where the whole of it is read.
#include "storage/rocks_snapshot.h"

#include <tally/crypto/merkle.h>

#include <utility>

#include "storage/pieces.h"

namespace tally::storage {
namespace {

class RocksSnapshot final : public Snapshot {
 public:
  RocksSnapshot(std::shared_ptr<const RocksDatabase> database, const rocksdb::Snapshot* snapshot,
                std::optional<Tip> tip)
      : database_(std::move(database)), snapshot_(snapshot), tip_(tip) {}
  RocksSnapshot(const RocksSnapshot&) = delete;
  RocksSnapshot& operator=(const RocksSnapshot&) = delete;
  ~RocksSnapshot() override { database_->release(snapshot_); }

  Height height() const override { return tip_.has_value() ? tip_->height : Height(); }
  Result<std::optional<Bytes>> find(const state::RecordKey& key) const override;
  Result<std::optional<state::RequestRecord>> find_request(const RequestKey& key) const override;
  Result<std::optional<state::OrderRecord>> find_order(const OrderKey& key) const override;
  Result<std::vector<state::DueEntry>> due(state::DueClass which, Timestamp until,
                                           std::size_t most) const override;
  Result<std::optional<state::Past>> find_past(const Position& position) const override;

  Result<consensus::Header> header(Height height) const override;
  Result<StoredBlock> block(Height height) const override;
  Result<std::optional<consensus::Certificate>> certificate(Height height) const override;
  Result<Receipt> receipt(Position position) const override;
  Result<std::vector<SubmissionDigest>> submissions(Height height) const override;

  Result<std::vector<AccountId>> accounts_after(const std::optional<AccountId>& after,
                                                std::size_t most) const override;
  Result<void> for_each_record(
      const std::function<bool(const state::RecordKey&, ByteView)>& visit) const override;
  Result<void> for_each_request(
      const std::function<bool(const RequestKey&, const state::RequestRecord&)>& visit)
      const override;
  Result<void> for_each_order(
      const std::function<bool(const OrderKey&, const state::OrderRecord&)>& visit) const override;
  Result<void> for_each_due(
      const std::function<bool(state::DueClass, const state::DueEntry&)>& visit) const override;

 private:
  Result<std::optional<rocksdb::PinnableSlice>> find(Family family, ByteView key) const {
    return database_->find(family, key, snapshot_);
  }
  Result<void> require_height(Height height) const;
  Result<rocksdb::PinnableSlice> require(Family family, Height height) const;
  [[nodiscard]] FindPiece pieces_of(Height height) const;
  Result<Receipt> receipt_at(const Place& place, const Position& position) const;
  Result<HeaderValue> header_value(Height height) const;
  Result<void> check_body(const StoredBlock& block) const;
  Error corrupt_at(Family family, ByteView key, const std::string& why) const {
    return corrupt(family, to_hex(key), height(), why);
  }
  Error corrupt_at(Family family, Height key, const std::string& why) const {
    return corrupt(family, std::to_string(key.value()), height(), why);
  }
  template <typename Key, typename Record, typename Decode>
  Result<void> for_each(Family family, Decode decode,
                        const std::function<bool(const Key&, const Record&)>& visit) const;

  std::shared_ptr<const RocksDatabase> database_;
  const rocksdb::Snapshot* snapshot_;
  std::optional<Tip> tip_;
};

Result<std::optional<Bytes>> RocksSnapshot::find(const state::RecordKey& key) const {
  TRY(const std::optional<rocksdb::PinnableSlice> value, find(Family::Records, key.bytes));
  if (!value.has_value()) return std::optional<Bytes>();
  return std::optional(to_bytes(view_of(*value)));
}

Result<std::optional<state::RequestRecord>> RocksSnapshot::find_request(
    const RequestKey& key) const {
  TRY(const std::optional<rocksdb::PinnableSlice> value, find(Family::Requests, key.view()));
  if (!value.has_value()) return std::optional<state::RequestRecord>();
  const Result<state::RequestRecord> record = decode_request(view_of(*value));
  if (!record.ok()) return corrupt_at(Family::Requests, key.view(), record.error().message);
  return std::optional(*record);
}

Result<std::optional<state::OrderRecord>> RocksSnapshot::find_order(const OrderKey& key) const {
  TRY(const std::optional<rocksdb::PinnableSlice> value, find(Family::Orders, key.view()));
  if (!value.has_value()) return std::optional<state::OrderRecord>();
  const Result<state::OrderRecord> record = decode_order(view_of(*value));
  if (!record.ok()) return corrupt_at(Family::Orders, key.view(), record.error().message);
  return std::optional(*record);
}

Result<std::vector<state::DueEntry>> RocksSnapshot::due(state::DueClass which, Timestamp until,
                                                        std::size_t most) const {
  std::vector<state::DueEntry> entries;
  if (most == 0) return entries;
  const auto visit = [&](ByteView key, ByteView) -> Result<bool> {
    Result<DueKey> due = decode_due_key(key);
    if (!due.ok()) return corrupt_at(Family::Due, key, due.error().message);
    if (due->which != which || due->entry.deadline > until) return false;
    entries.push_back(std::move(due->entry));
    return entries.size() < most;
  };
  const std::optional<Bytes> known = database_->due_start().at(height(), which);
  const Bytes first = known.value_or(due_class_key(which));
  TRY_VOID(database_->scan_from(Family::Due, first, snapshot_, visit));
  return entries;
}

Result<std::vector<AccountId>> RocksSnapshot::accounts_after(const std::optional<AccountId>& after,
                                                             std::size_t most) const {
  std::vector<AccountId> accounts;
  if (most == 0) return accounts;
  const auto visit = [&](ByteView key, ByteView) -> Result<bool> {
    const state::RecordKey record{to_bytes(key)};
    if (record.bytes.empty() || record.kind() != state::RecordKind::Account) return false;
    const std::optional<AccountId> account = state::account_of(record);
    if (!account.has_value()) return corrupt_at(Family::Records, key, "a key of another length");
    accounts.push_back(*account);
    return accounts.size() < most;
  };
  TRY_VOID(database_->scan_from(Family::Records, state::first_account_key(after).bytes, snapshot_,
                                visit));
  return accounts;
}

/// NotFound above the ledger's height.
Result<void> RocksSnapshot::require_height(Height height) const {
  if (tip_.has_value() && height <= tip_->height) return {};
  return Error{ErrorCode::NotFound,
               "height " + std::to_string(height.value()) + " is not in the ledger, which " +
                   (tip_.has_value() ? "ends at " + std::to_string(tip_->height.value())
                                     : std::string("is empty"))};
}

/// A value that every height of the ledger has. NotFound above its height. Corrupt: it is missing.
Result<rocksdb::PinnableSlice> RocksSnapshot::require(Family family, Height height) const {
  TRY_VOID(require_height(height));
  TRY(std::optional<rocksdb::PinnableSlice> value, find(family, height_key(height)));
  if (!value.has_value()) return corrupt_at(family, height, "is missing");
  return std::move(*value);
}

Result<HeaderValue> RocksSnapshot::header_value(Height height) const {
  TRY(const rocksdb::PinnableSlice bytes, require(Family::Headers, height));
  Result<HeaderValue> value = decode_header_value(view_of(bytes));
  if (!value.ok()) return corrupt_at(Family::Headers, height, value.error().message);
  if (value->header.height != height)
    return corrupt_at(Family::Headers, height,
                      "holds the header of " + std::to_string(value->header.height.value()));
  return value;
}

Result<consensus::Header> RocksSnapshot::header(Height height) const {
  TRY(const HeaderValue value, header_value(height));
  return value.header;
}

Result<std::vector<SubmissionDigest>> RocksSnapshot::submissions(Height height) const {
  TRY(HeaderValue value, header_value(height));
  return std::move(value.submissions);
}

Result<std::optional<consensus::Certificate>> RocksSnapshot::certificate(Height height) const {
  TRY(const std::optional<rocksdb::PinnableSlice> value,
      find(Family::Certificates, height_key(height)));
  if (!value.has_value()) return std::optional<consensus::Certificate>();
  Result<consensus::Certificate> certificate = consensus::decode_certificate(view_of(*value));
  if (!certificate.ok())
    return corrupt_at(Family::Certificates, height, certificate.error().message);
  if (certificate->statement.height != height)
    return corrupt_at(Family::Certificates, height, "is the certificate of another height");
  return std::optional(std::move(*certificate));
}

FindPiece RocksSnapshot::pieces_of(Height height) const {
  return [this, height](Family family, std::uint32_t piece) -> Result<std::optional<Bytes>> {
    TRY(const std::optional<rocksdb::PinnableSlice> value, find(family, piece_key(height, piece)));
    if (!value.has_value()) return std::optional<Bytes>();
    return std::optional(to_bytes(view_of(*value)));
  };
}

/// What was found in pieces; Corrupt in place of Malformed.
template <typename T, typename Corrupted>
Result<T> held_against(Result<T> read, Corrupted corrupted) {
  if (!read.ok() && read.error().code == ErrorCode::Malformed)
    return corrupted(read.error().message);
  return read;
}

Result<Receipt> RocksSnapshot::receipt_at(const Place& place, const Position& position) const {
  const auto corrupted = [&](const std::string& why) {
    return corrupt_at(Family::Receipts, position.height,
                      "receipt " + std::to_string(position.index) + ": " + why);
  };
  TRY(const Bytes bytes, held_against(read_range(Family::Receipts, place.receipt_start,
                                                 place.receipt_size, pieces_of(position.height)),
                                      corrupted));
  Result<Receipt> receipt = decode_receipt(bytes);
  if (!receipt.ok()) return corrupted(receipt.error().message);
  if (receipt->position != position) return corrupted("names another place");
  return receipt;
}

Result<Receipt> RocksSnapshot::receipt(Position position) const {
  TRY_VOID(require_height(position.height));
  if (position.height == Height()) return Error{ErrorCode::NotFound, "genesis has no receipts"};
  Result<Place> place = held_against(
      read_place(position.index, pieces_of(position.height)),
      [&](const std::string& why) { return corrupt_at(Family::Places, position.height, why); });
  if (!place.ok() && place.error().code == ErrorCode::NotFound)
    return with_context(
        "receipt " + std::to_string(position.height.value()) + "/" + std::to_string(position.index),
        place.error());
  if (!place.ok()) return place.error();
  return receipt_at(*place, position);
}

Result<std::optional<state::Past>> RocksSnapshot::find_past(const Position& position) const {
  constexpr std::nullopt_t kNone = std::nullopt;
  if (!require_height(position.height).ok() || position.height == Height())
    return std::optional<state::Past>(kNone);
  const FindPiece find = pieces_of(position.height);
  const auto corrupted = [&](const std::string& why) {
    return corrupt_at(Family::Places, position.height, why);
  };
  const Result<Place> place = held_against(read_place(position.index, find), corrupted);
  if (!place.ok() && place.error().code == ErrorCode::NotFound)
    return std::optional<state::Past>(kNone);
  if (!place.ok()) return place.error();

  state::Past past;
  TRY(past.receipt, receipt_at(*place, position));
  if ((past.receipt.kind == ActionKind::Due) != (place->transaction_size == 0))
    return corrupted("receipt " + std::to_string(position.index) + " and its place disagree");
  if (place->transaction_size == 0) return std::optional<state::Past>(kNone);
  TRY(const Bytes bytes, held_against(read_range(Family::Bodies, place->transaction_start,
                                                 place->transaction_size, find),
                                      corrupted));
  Result<Transaction> transaction =
      state::transaction_at(bytes, {0, static_cast<std::uint32_t>(bytes.size())});
  if (!transaction.ok()) return corrupted(transaction.error().message);
  past.transaction = std::move(*transaction);
  if (request_digest(past.transaction) != past.receipt.request_digest)
    return corrupted("receipt " + std::to_string(position.index) + " is of another transaction");
  return std::optional(std::move(past));
}

Result<StoredBlock> RocksSnapshot::block(Height height) const {
  TRY(HeaderValue value, header_value(height));
  StoredBlock block;
  block.header = std::move(value.header);
  block.commit = std::move(value.commit);
  TRY(block.certificate, certificate(height));
  if (height == Height()) return block;  // genesis orders nothing and answers nobody

  const FindPiece find = pieces_of(height);
  const auto corrupted_body = [&](const std::string& why) {
    return corrupt_at(Family::Bodies, height, why);
  };
  TRY(const Bytes body, held_against(read_whole(Family::Bodies, find), corrupted_body));
  Result<consensus::Proposal> proposal = consensus::decode_proposal(body);
  if (!proposal.ok()) return corrupted_body(proposal.error().message);
  block.proposal = std::move(*proposal);
  TRY(block.receipts, held_against(read_receipts(find), [&](const std::string& why) {
        return corrupt_at(Family::Receipts, height, why);
      }));
  TRY_VOID(check_body(block));
  return block;
}

/// That proposal, receipts and certificates are those that the header names.
Result<void> RocksSnapshot::check_body(const StoredBlock& block) const {
  const Height height = block.header.height;
  if (consensus::proposal_digest(block.proposal) != block.header.proposal)
    return corrupt_at(Family::Bodies, height, "its digest is not the one in the header");
  std::vector<Hash> leaves;
  leaves.reserve(block.receipts.size());
  for (const Receipt& receipt : block.receipts)
    leaves.push_back(receipt_leaf(receipt));
  if (crypto::merkle_root(leaves) != block.header.receipts_root)
    return corrupt_at(Family::Receipts, height, "their root is not the one in the header");
  if (block.commit.has_value() && block.commit->statement.digest != block.header.proposal)
    return corrupt_at(Family::Headers, height, "the commit certificate is another proposal's");
  if (block.certificate.has_value() &&
      block.certificate->statement.digest != consensus::header_digest(block.header))
    return corrupt_at(Family::Certificates, height, "certifies another header");
  return {};
}

Result<void> RocksSnapshot::for_each_record(
    const std::function<bool(const state::RecordKey&, ByteView)>& visit) const {
  return database_->scan(Family::Records, snapshot_, true,
                         [&](ByteView key, ByteView value) -> Result<bool> {
                           if (key.empty()) return corrupt_at(Family::Records, key, "no kind");
                           return visit(state::RecordKey{to_bytes(key)}, value);
                         });
}

template <typename Key, typename Record, typename Decode>
Result<void> RocksSnapshot::for_each(
    Family family, Decode decode,
    const std::function<bool(const Key&, const Record&)>& visit) const {
  return database_->scan(family, snapshot_, true,
                         [&](ByteView key, ByteView value) -> Result<bool> {
                           if (key.size() != Key::kSize)
                             return corrupt_at(family, key, "a key of another length");
                           const Result<Record> record = decode(value);
                           if (!record.ok()) return corrupt_at(family, key, record.error().message);
                           return visit(Key::from_view(key), *record);
                         });
}

Result<void> RocksSnapshot::for_each_request(
    const std::function<bool(const RequestKey&, const state::RequestRecord&)>& visit) const {
  return for_each<RequestKey, state::RequestRecord>(Family::Requests, decode_request, visit);
}

Result<void> RocksSnapshot::for_each_order(
    const std::function<bool(const OrderKey&, const state::OrderRecord&)>& visit) const {
  return for_each<OrderKey, state::OrderRecord>(Family::Orders, decode_order, visit);
}

Result<void> RocksSnapshot::for_each_due(
    const std::function<bool(state::DueClass, const state::DueEntry&)>& visit) const {
  return database_->scan(Family::Due, snapshot_, true,
                         [&](ByteView key, ByteView value) -> Result<bool> {
                           const Result<DueKey> due = decode_due_key(key);
                           if (!due.ok()) return corrupt_at(Family::Due, key, due.error().message);
                           if (!value.empty()) return corrupt_at(Family::Due, key, "has a value");
                           return visit(due->which, due->entry);
                         });
}

}  // namespace

Error corrupt(Family family, const std::string& key, Height height, const std::string& why) {
  return Error{ErrorCode::Corrupt, std::string(name_of(family)) + " " + key + " at height " +
                                       std::to_string(height.value()) + ": " + why};
}

Result<std::optional<Tip>> read_tip(const RocksDatabase& database,
                                    const rocksdb::Snapshot* snapshot) {
  TRY(const std::optional<rocksdb::PinnableSlice> value,
      database.find(Family::Meta, as_bytes(kTipKey), snapshot));
  if (!value.has_value()) return std::optional<Tip>();
  const Result<Tip> tip = decode_tip(view_of(*value));
  if (!tip.ok()) return Error{ErrorCode::Corrupt, "meta tip: " + tip.error().message};
  return std::optional(*tip);
}

Result<std::unique_ptr<const Snapshot>> open_rocks_snapshot(
    std::shared_ptr<const RocksDatabase> database) {
  const rocksdb::Snapshot* snapshot = database->take_snapshot();
  if (snapshot == nullptr) return Error{ErrorCode::Io, "RocksDB gives no snapshot"};
  // Read from the snapshot itself, so that a block committed meanwhile cannot come between.
  const Result<std::optional<Tip>> tip = read_tip(*database, snapshot);
  if (!tip.ok()) {
    database->release(snapshot);
    return tip.error();
  }
  return std::unique_ptr<const Snapshot>(
      std::make_unique<RocksSnapshot>(std::move(database), snapshot, *tip));
}

}  // namespace tally::storage
