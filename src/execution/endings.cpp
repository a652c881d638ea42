// The end of a programme is an entry for each of its accounts (design/loyalty.md §5, §17). Nobody
// lists them, so they are walked through, some in each block.
#include <tally/base/limits.h>
#include <tally/points/points.h>
#include <tally/state/heads.h>
#include <tally/state/issuer.h>
#include <tally/state/settlement.h>

#include "execution/block_execution.h"
#include "execution/block_history.h"
#include "execution/dispatch.h"

#include <vector>

namespace tally::execution {
namespace {

Result<void> end_account(BlockExecution& block, const AccountId& account, Timestamp at) {
  TRY_VOID(sweep(block, account));
  const BlockHistory history(block);
  const points::DueContext context{block.ledger_time, block.position(), &block.due_rules, &history};
  state::StateDelta written = state::StateDelta::on(block.delta);
  TRY(auto receipt, points::end_with_programme(account, at, context, written));
  if (!receipt.has_value()) return {};
  TRY_VOID(check_laws(written));
  block.absorb(std::move(written), std::move(*receipt));
  return {};
}

/// False: its last account has ended. Not as many as might, where their receipts fill the block.
Result<bool> end_some(BlockExecution& block, MerchantId issuer, state::IssuerRecord record) {
  const std::size_t most = block.limits.own_entries;
  TRY(const std::vector<AccountId> next, block.past->accounts_after(record.ended_to, most));
  bool is_more = next.size() == most;
  for (const AccountId& account : next) {
    is_more = is_more || block.due_lines >= limits::kBlockLinesMax;
    if (block.due_lines >= limits::kBlockLinesMax) break;
    if (account.programme == issuer) TRY_VOID(end_account(block, account, record.until));
    record.ended_to = account;
  }
  if (!is_more) record.ended_to.reset();
  TRY_VOID(state::put_issuer(block.delta, issuer, record));
  return is_more;
}

}  // namespace

Result<void> end_if_closed(BlockExecution& block, const AccountId& account) {
  TRY(const state::IssuerRecord issuer, state::find_issuer(block.delta, account.programme));
  if (issuer.state != state::IssuerState::Closed) return {};
  TRY(const auto head, state::find_head(block.delta, account));
  return head.has_value() ? end_account(block, account, issuer.until) : Result<void>();
}

Result<void> run_endings(BlockExecution& block) {
  TRY(state::SettlementRecord settlement, state::settlement(block.delta));
  for (const MerchantId issuer : std::vector(settlement.leaving)) {
    TRY(const state::IssuerRecord record, state::find_issuer(block.delta, issuer));
    if (record.state != state::IssuerState::Closed) continue;
    TRY(const bool is_more, end_some(block, issuer, record));
    if (is_more) continue;
    TRY(settlement, state::settlement(block.delta));
    std::erase(settlement.leaving, issuer);
    TRY_VOID(state::put_settlement(block.delta, settlement));
  }
  return {};
}

}  // namespace tally::execution
