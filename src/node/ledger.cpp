// A committed proposal becomes a block on disk.
#include <tally/node/ledger.h>

#include <tally/base/canary.h>
#include <tally/base/check.h>
#include <tally/execution/execute.h>
#include <tally/state/consortium.h>

#include <mutex>
#include <string>

namespace tally::node {
namespace {

Error diverged(const consensus::Header& own, const crypto::Hash& certified) {
  return Error{ErrorCode::Diverged, "own header of height " + std::to_string(own.height.value()) +
                                        " has digest " + to_hex(header_digest(own).view()) +
                                        "; a quorum certified " + to_hex(certified.view())};
}

}  // namespace

Ledger::Ledger(std::unique_ptr<storage::Store> store, state::StateRoot root,
               consensus::Header newest)
    : store_(std::move(store)), root_(std::move(root)), newest_(std::move(newest)) {}

Result<std::unique_ptr<Ledger>> Ledger::open(std::unique_ptr<storage::Store> store) {
  TRY(const std::unique_ptr<const storage::Snapshot> snapshot, store->snapshot());
  TRY(consensus::Header newest, snapshot->header(snapshot->height()));
  TRY(const Parameters parameters, state::parameters(*snapshot));
  state::StateRoot root(parameters.state_buckets);
  TRY_VOID(snapshot->for_each_record([&root](const state::RecordKey& key, ByteView bytes) {
    root.add(key, bytes);
    return true;
  }));
  root.finish_building();
  if (root.root() != newest.state_root)
    return Error{ErrorCode::Corrupt,
                 "state root of height " + std::to_string(newest.height.value()) + ": got " +
                     to_hex(root.root().view()) + "; expected " + to_hex(newest.state_root.view())};
  return std::unique_ptr<Ledger>(new Ledger(std::move(store), std::move(root), newest));
}

Result<LedgerEffects> Ledger::commit(const ExecuteTask& task) noexcept {
  CHECK(task.proposal.height == newest_.height.next());
  TRY(const std::unique_ptr<const storage::Snapshot> view, store_->snapshot());
  TRY(execution::BlockResult result,
      execution::execute_block(task.proposal, newest_, *view, root_));
  // Refuse before it is written: a diverged block must not become this node's history.
  if (task.expected.has_value() && task.expected->header != result.block.header && !canary(36)) {
    divergence_ = Halt{{},
                       false,
                       task.proposal.height,
                       result.block.header,
                       task.expected->header,
                       task.expected->certificate,
                       task.proposal,
                       std::move(result.block.receipts),
                       result.delta.records(),
                       {}};
    return diverged(result.block.header, header_digest(task.expected->header));
  }
  TRY_VOID(store_->commit(
      storage::CommittedBlock{&result.block, task.commit.has_value() ? &*task.commit : nullptr,
                              task.log},
      result.delta));
  if (task.expected.has_value()) TRY_VOID(store_->put_certificate(task.expected->certificate));

  {
    const std::unique_lock lock(root_mutex_);
    newest_ = result.block.header;
    root_.apply(std::move(result.root));
  }
  return LedgerEffects{newest_, std::move(result.block.receipts),
                       std::move(result.block.submissions), result.behind,
                       task.expected.has_value()};
}

Result<void> Ledger::put_certificate(const consensus::Certificate& certificate) noexcept {
  const Height height = certificate.statement.height;
  TRY(const std::unique_ptr<const storage::Snapshot> snapshot, store_->snapshot());
  TRY(const consensus::Header own, snapshot->header(height));
  if (checkpoint_statement(own) == certificate.statement || canary(36))
    return store_->put_certificate(certificate);
  divergence_ = Halt{{}, false, height, own, std::nullopt, certificate, std::nullopt, {}, {}, {}};
  return diverged(own, certificate.statement.digest);
}

Result<std::unique_ptr<const storage::Snapshot>> Ledger::snapshot() const {
  return store_->snapshot();
}

state::StateProof Ledger::prove(const state::RecordKey& key) const {
  const std::shared_lock lock(root_mutex_);
  return root_.prove(key, newest_.height);
}

}  // namespace tally::node
