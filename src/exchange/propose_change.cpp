// ProposeChange: a merchant's voice for a change of what the consortium decides together.
#include <tally/exchange/exchange.h>
#include <tally/state/consent.h>

#include "exchange/decided.h"

namespace tally::exchange {

using state::ChangeRecord;

namespace {

/// A decided change holds its proposer's place until its height: that must come, in a year at the
/// fastest of blocks.
constexpr std::uint64_t kHeightsAheadMax = 100'000'000;

}  // namespace

Result<Outcome> preclaim(const ProposeChange& action, const TransactionContext& context,
                         const StateView& view) {
  const MerchantId proposer = context.transaction->merchant;
  TRY(const std::size_t signing, state::operators_agreeing(view, context, proposer));
  if (signing == 0) return Outcome::ApprovalsMissing;
  TRY(const auto last, state::find_change(view, proposer));
  if (last.has_value() && is_in_progress(*last, context.ledger_time))
    return Outcome::ChangeInProgress;
  const bool is_ahead = action.active_from > context.height &&
                        action.active_from.value() - context.height.value() <= kHeightsAheadMax;
  if (action.active_from != Height() && !is_ahead) return Outcome::HeightNotAllowed;
  return check_named(view, action.change);
}

Result<Outcome> apply(const ProposeChange& action, const TransactionContext& context,
                      StateDelta& delta, Receipt&) {
  const MerchantId proposer = context.transaction->merchant;
  ChangeRecord change{action, context.ledger_time, {proposer}, Height()};
  TRY_VOID(decide_if_enough(delta, context.height, change));  // of one or two merchants' chains
  TRY_VOID(state::put_change(delta, proposer, change));
  return Outcome::Accepted;
}

}  // namespace tally::exchange
