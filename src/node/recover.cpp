// The way back of a node that may not start: look at everything, say it, then change names.
#include <tally/node/recover.h>

#include <tally/base/check.h>
#include <tally/node/ledger.h>
#include <tally/storage/rocks_store.h>

#include "node/data_folder.h"

#include <utility>

namespace tally::node {
namespace {

/// What a look at the ledger tells; it is closed again.
struct LedgerFinding {
  LedgerState state = LedgerState::Whole;
  std::string detail;
  Height height;
  storage::LogPosition position;
};

/// Whether the ledger's own block is another than the one that a quorum certified.
bool has_diverged(const storage::Snapshot& snapshot, const HaltMarker& halt) {
  if (!halt.certified.has_value() || snapshot.height() < halt.height) return false;
  const Result<consensus::Header> own = snapshot.header(halt.height);
  return own.ok() && header_digest(*own) != *halt.certified;
}

Result<LedgerFinding> look_into(std::unique_ptr<storage::Store> store,
                                const std::optional<HaltMarker>& halt) {
  LedgerFinding found;
  found.position = store->log_position();
  TRY(const std::unique_ptr<Ledger> ledger, Ledger::open(std::move(store)));
  found.height = ledger->newest().height;
  TRY(const std::unique_ptr<const storage::Snapshot> snapshot, ledger->snapshot());
  if (halt.has_value() && has_diverged(*snapshot, *halt)) {
    found.state = LedgerState::Diverged;
    found.detail =
        "its block of height " + std::to_string(halt->height.value()) + " is not the certified one";
  }
  return found;
}

Result<LedgerFinding> find_ledger(const std::string& folder, const crypto::Hash& chain,
                                  const std::optional<HaltMarker>& halt) {
  Result<std::unique_ptr<storage::Store>> store =
      storage::open_rocks_store(folder + "/ledger", chain, storage::OpenMode::ReadOnly);
  Result<LedgerFinding> found =
      store.ok() ? look_into(std::move(*store), halt) : Result<LedgerFinding>(store.error());
  if (found.ok()) return found;
  const Error& error = found.error();
  if (error.code == ErrorCode::Io) return error;  // of the machine; nothing is known of the ledger
  LedgerFinding damaged;
  damaged.state = error.code == ErrorCode::NotFound ? LedgerState::Lost : LedgerState::Damaged;
  damaged.detail = error.message;
  return damaged;
}

/// Judges the vote log, and by it the ledger.
Result<void> find_log(const storage::FileSystem& files, const std::string& folder,
                      const storage::LogIdentity& identity, RecoveryPlan& plan) {
  const auto log = storage::VoteLog::inspect(files, folder + "/votes", identity, plan.position);
  if (!log.ok()) {
    const ErrorCode code = log.error().code;
    if (code == ErrorCode::Io) return log.error();
    plan.log = code == ErrorCode::NotFound   ? VoteLogState::Lost
               : code == ErrorCode::Conflict ? VoteLogState::OfAnother
                                             : VoteLogState::Damaged;
    plan.log_detail = log.error().message;
    return {};
  }
  plan.log_detail = log->contents.notice;
  const bool ledger_is_read =
      plan.ledger == LedgerState::Whole || plan.ledger == LedgerState::Diverged;
  if (!ledger_is_read) return {};
  const Agreement agreement = compare(log->contents.records, plan.height);
  if (!agreement.detail.empty() && !is_rebuilding(files, folder)) {
    plan.ledger = LedgerState::Behind;
    plan.ledger_detail = agreement.detail;
  } else if (!log->holds) {
    plan.log = VoteLogState::Older;
    plan.log_detail = "it ends at entry " + std::to_string(log->contents.position.sequence) +
                      ", and the ledger was written after entry " +
                      std::to_string(plan.position.sequence);
  }
  return {};
}

void decide(RecoveryPlan& plan, const RecoveryWish& wish) {
  plan.needs_rebuild = plan.ledger != LedgerState::Whole && !wish.rebuild_ledger;
  plan.sets_ledger_aside = wish.rebuild_ledger;
  // Who shares its keys with another process does not know all that was voted.
  const bool has_twin = plan.halt.has_value() && plan.halt->twin;
  plan.sets_log_aside = plan.log != VoteLogState::Whole || wish.as_learner || has_twin;
}

}  // namespace

std::string_view name_of(VoteLogState state) {
  switch (state) {
    case VoteLogState::Whole:
      return "whole";
    case VoteLogState::Lost:
      return "lost";
    case VoteLogState::Older:
      return "older than the ledger";
    case VoteLogState::Damaged:
      return "damaged";
    case VoteLogState::OfAnother:
      return "of another chain, key or format";
  }
  CHECK(false);
}

std::string_view name_of(LedgerState state) {
  switch (state) {
    case LedgerState::Whole:
      return "whole";
    case LedgerState::Lost:
      return "lost";
    case LedgerState::Damaged:
      return "damaged";
    case LedgerState::Behind:
      return "behind the vote log";
    case LedgerState::Diverged:
      return "diverged";
  }
  CHECK(false);
}

std::vector<std::string> RecoveryPlan::steps() const {
  std::vector<std::string> steps;
  if (sets_ledger_aside)
    steps.emplace_back(
        "set the ledger aside, and begin one from genesis: the blocks come from the other nodes");
  if (sets_log_aside)
    steps.emplace_back(
        "set the vote log aside, and begin one as a learner: the node follows, and votes again "
        "only when the others have passed whatever it may have forgotten");
  else if (changes_anything())
    steps.emplace_back("keep the vote log, so that the node votes again at once");
  if (halt.has_value())
    steps.emplace_back("set HALTED aside, so that the node may start; its bundle stays");
  return steps;
}

Result<RecoveryPlan> plan_recovery(const std::string& folder, const FolderOwner& owner,
                                   const RecoveryWish& wish) {
  const std::unique_ptr<storage::FileSystem> files = storage::real_file_system();
  TRY_VOID(check_owner(*files, folder, owner.genesis, owner.merchant));
  const ChainId chain = genesis_hash(owner.genesis.content);
  RecoveryPlan plan;
  TRY(plan.halt, read_halt(*files, folder));
  TRY(LedgerFinding ledger, find_ledger(folder, chain, plan.halt));
  plan.ledger = ledger.state;
  plan.ledger_detail = std::move(ledger.detail);
  plan.height = ledger.height;
  plan.position = ledger.position;
  TRY_VOID(find_log(*files, folder, {chain, owner.consensus_key}, plan));
  decide(plan, wish);
  return plan;
}

Result<std::vector<std::string>> recover(const std::string& folder, const FolderOwner& owner,
                                         const RecoveryPlan& plan) {
  if (plan.needs_rebuild)
    return Error{ErrorCode::Refused,
                 "the ledger is " + std::string(name_of(plan.ledger)) + ": " + plan.ledger_detail};
  const std::unique_ptr<storage::FileSystem> files = storage::real_file_system();
  const ChainId chain = genesis_hash(owner.genesis.content);
  std::vector<std::string> aside;
  const auto note = [&aside](std::optional<std::string> name) {
    if (name.has_value()) aside.push_back(std::move(*name));
  };
  if (plan.sets_ledger_aside) {
    TRY_VOID(mark_rebuilding(*files, folder));
    TRY(std::optional<std::string> ledger, set_aside(*files, folder, "ledger"));
    note(std::move(ledger));
    TRY_VOID(create_ledger(folder, owner.genesis.content));
  }
  if (plan.sets_log_aside) {
    const storage::LogPosition before =
        plan.sets_ledger_aside ? storage::LogPosition() : plan.position;
    TRY(std::optional<std::string> votes,
        start_learner_log(*files, folder, {chain, owner.consensus_key}, before));
    note(std::move(votes));
  }
  // Last: till all else is done, the node does not start.
  if (plan.halt.has_value()) {
    TRY(std::optional<std::string> marker, set_aside(*files, folder, "HALTED"));
    note(std::move(marker));
  }
  return aside;
}

}  // namespace tally::node
