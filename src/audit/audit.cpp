// Replay from genesis: what a node stored is compared with what its blocks come to.
#include <tally/audit/audit.h>

#include <tally/execution/execute.h>
#include <tally/model/submission.h>
#include <tally/state/account.h>
#include <tally/state/consortium.h>
#include <tally/state/programme_record.h>

#include <map>
#include <string>

#include "audit/block_past.h"
#include "audit/line_count.h"
#include "audit/recount.h"
#include "audit/replay_state.h"

namespace tally::audit {
namespace {

using consensus::Header;

Error fault(Height height, const std::string& cause) {
  return Error{ErrorCode::Corrupt, "height " + std::to_string(height.value()) + ": " + cause};
}

/// What is no fault of the bytes keeps its code: a broken law, a node that does not answer.
Error fault(Height height, const Error& error) {
  Error told = fault(height, error.message);
  const bool is_other = error.code == ErrorCode::Diverged || error.code == ErrorCode::Unavailable ||
                        error.code == ErrorCode::Refused;
  if (is_other) told.code = error.code;
  return told;
}

/// The first field of `stored` that is not what execution came to.
std::optional<std::string> header_difference(const Header& stored, const Header& own) {
  const auto hashes = [](std::string_view name, const Hash& got, const Hash& expected) {
    return std::string(name) + ": got " + to_hex(got.view()) + "; expected " +
           to_hex(expected.view());
  };
  if (stored.parent != own.parent) return hashes("parent", stored.parent, own.parent);
  if (stored.time != own.time) return "header time is not what the proposal gives";
  if (stored.ledger_time != own.ledger_time) return "ledger time is not what the rules give";
  if (stored.transactions_root != own.transactions_root)
    return hashes("transactions root", stored.transactions_root, own.transactions_root);
  if (stored.receipts_root != own.receipts_root)
    return hashes("receipts root", stored.receipts_root, own.receipts_root);
  if (stored.state_root != own.state_root)
    return hashes("state root", stored.state_root, own.state_root);
  if (stored.validators != own.validators)
    return hashes("validator set", stored.validators, own.validators);
  if (stored != own) return "header is not what execution comes to";
  return std::nullopt;
}

/// One audit: the state so far, and what is counted on the way.
class Auditor {
 public:
  Auditor(const SignedGenesis& genesis, const state::History& past)
      : genesis_(genesis),
        epoch_(state::epoch_of(genesis.content)),
        state_(past),
        root_(genesis.content.parameters.state_buckets) {}

  Result<void> start(const BlockSource& blocks) {
    if (const auto checked = check_genesis(genesis_); !checked.ok())
      return fault(Height(), checked.error());
    auto result = execution::execute_genesis(genesis_.content, state_, root_);
    if (!result.ok()) return fault(Height(), result.error());
    parent_ = result->header;
    const state::Block block{result->header, {}, {}, {}};
    if (const auto applied = state_.apply(block, result->delta); !applied.ok())
      return fault(Height(), applied.error());
    root_.apply(std::move(result->root));

    const auto stored = blocks(Height());
    if (!stored.ok()) return fault(Height(), stored.error());
    if (const auto difference = header_difference(stored->header, parent_))
      return fault(Height(), *difference);
    return {};
  }

  Result<void> replay(Height height, const storage::StoredBlock& stored, bool is_newest) {
    TRY_VOID(check_proposal(height, stored));
    auto result = execution::execute_block(stored.proposal, parent_, state_, root_);
    if (!result.ok()) return fault(height, result.error());
    const state::Block& own = result->block;
    if (const auto difference = header_difference(stored.header, own.header))
      return fault(height, *difference);
    TRY_VOID(check_receipts(height, stored.receipts, own.receipts));
    TRY_VOID(check_certificates(height, stored, is_newest));
    for (const Receipt& receipt : own.receipts)
      if (const auto counted = lines_.add(receipt); !counted.ok())
        return fault(height, counted.error());
    count(own);
    parent_ = own.header;
    if (const auto applied = state_.apply(own, result->delta); !applied.ok())
      return fault(height, applied.error());
    root_.apply(std::move(result->root));
    newest_ = std::move(result->block);
    return {};
  }

  Result<Report> finish() {
    report_.chain = epoch_.chain;
    report_.height = parent_.height;
    report_.state_root = parent_.state_root;
    report_.records = state_.records().size();
    if (const auto compared = lines_.compare(state_.records()); !compared.ok())
      return fault(parent_.height, compared.error());
    auto programmes = recount(genesis_.content, state_, state_.records());
    if (!programmes.ok()) return fault(parent_.height, programmes.error());
    report_.programmes = std::move(programmes).value();
    return report_;
  }

  [[nodiscard]] const ReplayState& state() const { return state_; }
  [[nodiscard]] const state::Block& newest() const { return newest_; }

 private:
  Result<void> check_proposal(Height height, const storage::StoredBlock& stored) {
    const consensus::Proposal& proposal = stored.proposal;
    if (stored.header.height != height) return fault(height, "header is of another height");
    if (proposal.height != height || proposal.chain != epoch_.chain ||
        proposal.epoch != epoch_.number)
      return fault(height, "proposal is of another height, chain or epoch");
    if (consensus::proposal_digest(proposal) != stored.header.proposal)
      return fault(height, "proposal is not the one that the header names");
    if (proposal.payload.empty()) return {};
    const auto submissions = decode_payload(proposal.payload);
    if (!submissions.ok()) return fault(height, submissions.error());
    for (const ByteView bytes : *submissions) {
      const auto verified = verify_submission(bytes, epoch_.chain);
      if (!verified.ok()) return fault(height, verified.error());
      ++report_.signatures;
      for (const Transaction& transaction : verified->content().transactions)
        report_.signatures += transaction.consents.size();
    }
    return {};
  }

  static Result<void> check_receipts(Height height, const std::vector<Receipt>& stored,
                                     const std::vector<Receipt>& own) {
    if (stored.size() != own.size())
      return fault(height, "got " + std::to_string(stored.size()) + " receipts; expected " +
                               std::to_string(own.size()));
    for (std::size_t i = 0; i < own.size(); ++i)
      if (stored[i] != own[i])
        return fault(height, "receipt " + std::to_string(i) + " is not what execution comes to");
    return {};
  }

  Result<void> check_certificates(Height height, const storage::StoredBlock& stored,
                                  bool is_newest) {
    if (stored.commit.has_value()) {
      const consensus::Certificate& commit = *stored.commit;
      if (commit.statement.phase != consensus::Phase::Commit || commit.statement.height != height ||
          commit.statement.digest != stored.header.proposal)
        return fault(height, "commit certificate is for another proposal");
      const auto checked = consensus::check_certificate(epoch_, commit);
      if (!checked.ok()) return fault(height, "commit certificate: " + checked.error().message);
      report_.signatures += commit.votes.size();
    }
    report_.newest_is_certified = stored.certificate.has_value();
    if (!stored.certificate.has_value()) {
      // Votes on the newest block may still be on their way; it must at least be committed.
      if (is_newest && stored.commit.has_value()) return {};
      return fault(height, "block certificate is missing");
    }
    const auto checked =
        consensus::check_block_certificate(epoch_, stored.header, *stored.certificate);
    if (!checked.ok()) return fault(height, "block certificate: " + checked.error().message);
    report_.signatures += stored.certificate->votes.size();
    return {};
  }

  void count(const state::Block& block) {
    for (const Receipt& receipt : block.receipts) {
      if (receipt.kind == ActionKind::Due) {
        ++report_.due_entries;
        continue;
      }
      ++report_.transactions;
      ++(receipt.outcome == Outcome::Accepted ? report_.accepted : report_.refused);
    }
  }

  const SignedGenesis& genesis_;
  consensus::Epoch epoch_;
  ReplayState state_;
  state::StateRoot root_;
  Header parent_;
  LineCount lines_;
  state::Block newest_;
  Report report_;
};

/// `extra` looks at what only a node's own ledger has beside each block.
Result<void> replay_all(Auditor& auditor, const BlockSource& blocks, Height newest,
                        const std::function<Result<void>(Height)>& extra,
                        const Progress& progress) {
  TRY_VOID(auditor.start(blocks));
  for (Height height(1); height <= newest; height = height.next()) {
    const auto stored = blocks(height);
    if (!stored.ok()) return fault(height, stored.error());
    TRY_VOID(auditor.replay(height, *stored, height == newest));
    TRY_VOID(extra(height));
    progress(height);
  }
  return {};
}

/// Whether the ledger finds receipt `index` of `own`, and its transaction, alone.
Result<bool> is_at_its_place(const storage::Snapshot& ledger, const state::Block& own,
                             std::uint32_t index) {
  const Position position{own.header.height, index};
  TRY(const auto receipt, ledger.find_receipt(position));
  TRY(const auto past, ledger.find_past(position));
  if (!receipt.has_value() || *receipt != own.receipts[index]) return false;
  const bool is_transaction = own.transactions[index].size != 0;
  if (past.has_value() != is_transaction) return false;
  if (!is_transaction) return true;
  TRY(const Transaction transaction,
      state::transaction_at(own.proposal.payload, own.transactions[index]));
  return past->transaction == transaction && past->receipt == own.receipts[index];
}

/// Beside the header stand the digests by which a node knows a replay; beside body and receipts,
/// the places by which it finds one of them.
Result<void> check_beside(const storage::Snapshot& ledger, const state::Block& own) {
  const Height height = own.header.height;
  const auto digests = ledger.submissions(height);
  if (!digests.ok()) return fault(height, digests.error());
  if (*digests != own.submissions)
    return fault(height, "submission digests are not those of the proposal");
  for (std::uint32_t i = 0; i < own.receipts.size(); ++i) {
    const auto same = is_at_its_place(ledger, own, i);
    if (!same.ok()) return fault(height, same.error());
    if (!*same)
      return fault(height, "the place of receipt " + std::to_string(i) + " is not where it stands");
  }
  return {};
}

}  // namespace

Result<Report> audit_blocks(const SignedGenesis& genesis, const BlockSource& blocks, Height height,
                            const Progress& progress) {
  const BlockPast past(blocks);
  Auditor auditor(genesis, past);
  const auto nothing = [](Height) { return Result<void>(); };
  TRY_VOID(replay_all(auditor, blocks, height, nothing, progress));
  return auditor.finish();
}

Result<Report> audit_ledger(const SignedGenesis& genesis, const storage::Snapshot& ledger,
                            const Progress& progress) {
  Auditor auditor(genesis, ledger);
  const BlockSource blocks = [&ledger](Height height) { return ledger.block(height); };
  const auto check = [&](Height) { return check_beside(ledger, auditor.newest()); };
  TRY_VOID(replay_all(auditor, blocks, ledger.height(), check, progress));
  TRY_VOID(auditor.state().compare(ledger));
  return auditor.finish();
}

}  // namespace tally::audit
