// ApproveChange: a merchant's voice for another one's proposal.
#include <tally/base/check.h>
#include <tally/exchange/exchange.h>
#include <tally/state/consent.h>

#include "exchange/decided.h"

#include <algorithm>

namespace tally::exchange {
namespace {

using state::ChangeRecord;

/// Whether these words wait for voices, and this merchant's is not among those that they have.
bool may_approve(const ApproveChange& action, const TransactionContext& context,
                 const ChangeRecord& change) {
  return change.active_from == Height() && is_in_progress(change, context.ledger_time) &&
         proposal_digest(change.proposal) == action.proposal &&
         !std::ranges::binary_search(change.voices, context.transaction->merchant);
}

}  // namespace

Result<Outcome> preclaim(const ApproveChange& action, const TransactionContext& context,
                         const StateView& view) {
  const MerchantId merchant = context.transaction->merchant;
  TRY(const std::size_t signing, state::operators_agreeing(view, context, merchant));
  if (signing == 0) return Outcome::ApprovalsMissing;
  TRY(const auto change, state::find_change(view, action.proposer));
  if (!change.has_value() || !may_approve(action, context, *change)) return Outcome::NotDue;
  return Outcome::Accepted;
}

Result<Outcome> apply(const ApproveChange& action, const TransactionContext& context,
                      StateDelta& delta, Receipt&) {
  TRY(auto change, state::find_change(delta, action.proposer));
  CHECK(change.has_value());
  const MerchantId merchant = context.transaction->merchant;
  auto& voices = change->voices;
  voices.insert(std::ranges::lower_bound(voices, merchant), merchant);
  TRY_VOID(decide_if_enough(delta, context.height, *change));
  TRY_VOID(state::put_change(delta, action.proposer, *change));
  return Outcome::Accepted;
}

}  // namespace tally::exchange
