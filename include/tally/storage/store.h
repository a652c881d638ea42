// Store: the ledger on disk, one batch a block, and snapshots to read.
#pragma once

#include <tally/state/block.h>
#include <tally/state/history.h>
#include <tally/state/state_delta.h>
#include <tally/state/state_root.h>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace tally::storage {

/// Where the vote log ended when a block was committed: sequence and hash of its last entry.
/// FORMAT: stored.
struct LogPosition {
  std::uint64_t sequence = 0;
  crypto::Hash hash;
  friend bool operator==(const LogPosition&, const LogPosition&) = default;
};

/// A block as it goes to disk with what proves it.
struct CommittedBlock {
  const state::Block* block = nullptr;
  const consensus::Certificate* commit = nullptr;  ///< absent for a block fetched from a peer
  LogPosition log;
};

/// A block as it is read back.
struct StoredBlock {
  consensus::Header header;
  consensus::Proposal proposal;
  std::vector<Receipt> receipts;
  std::optional<consensus::Certificate> commit;
  std::optional<consensus::Certificate> certificate;  ///< of the block; the newest lacks it
};

/// One height's whole ledger to read: state, and every block up to it. Thread-safe. Of a store into
/// which nothing was committed, not even genesis, it has height 0 and holds no header 0.
class Snapshot : public state::LedgerView {
 public:
  /// NotFound above the snapshot's height. Corrupt: bytes that do not decode, or not to what their
  /// key says; for a whole block, also if it is not the one that its header and certificates name.
  [[nodiscard]] virtual Result<consensus::Header> header(Height height) const = 0;
  [[nodiscard]] virtual Result<StoredBlock> block(Height height) const = 0;
  [[nodiscard]] virtual Result<std::optional<consensus::Certificate>> certificate(
      Height height) const = 0;
  /// One receipt, or transaction, is read without the rest of its block.
  [[nodiscard]] virtual Result<Receipt> receipt(Position position) const = 0;
  [[nodiscard]] virtual Result<std::vector<SubmissionDigest>> submissions(Height height) const = 0;
  /// Every record in key order, until `visit` returns false.
  [[nodiscard]] virtual Result<void> for_each_record(
      const std::function<bool(const state::RecordKey&, ByteView)>& visit) const = 0;
  /// The same for the derived families, which an auditor builds again and compares.
  [[nodiscard]] virtual Result<void> for_each_request(
      const std::function<bool(const RequestKey&, const state::RequestRecord&)>& visit) const = 0;
  [[nodiscard]] virtual Result<void> for_each_order(
      const std::function<bool(const OrderKey&, const state::OrderRecord&)>& visit) const = 0;
  [[nodiscard]] virtual Result<void> for_each_due(
      const std::function<bool(state::DueClass, const state::DueEntry&)>& visit) const = 0;

  [[nodiscard]] Result<std::optional<Receipt>> find_receipt(
      const Position& position) const override;
  [[nodiscard]] Result<Timestamp> find_time(Height height) const override;
};

/// The seam between ledger and disk. One writer; snapshots from any thread.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  /// One synced batch: block, records, requests, orders, due entries, height. A failure is final:
  /// the caller stops. Of genesis, header and records alone are kept: it orders nothing.
  /// REQUIRES: the block's height is the store's + 1 and its parent the store's newest header
  /// (genesis: 0 and zero, into nothing); `delta` stands on a snapshot of the store's height.
  [[nodiscard]] virtual Result<void> commit(const CommittedBlock& committed,
                                            const state::StateDelta& delta) = 0;
  /// A completed block certificate, of any height; durable with the next commit, or at close.
  [[nodiscard]] virtual Result<void> put_certificate(const consensus::Certificate& certificate) = 0;

  /// The newest whole height. It may outlive the store, and keeps its files open then.
  [[nodiscard]] virtual Result<std::unique_ptr<const Snapshot>> snapshot() const = 0;
  /// As the newest commit said; zero before the first. For the writer's thread.
  [[nodiscard]] virtual LogPosition log_position() const = 0;
};

}  // namespace tally::storage
