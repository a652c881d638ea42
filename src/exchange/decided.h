// Changes that the consortium has decided: from voices to what they do (design/security.md §5).
#pragma once

#include <tally/exchange/exchange.h>
#include <tally/state/settlement.h>

namespace tally::exchange {

/// How many merchants must want a change: as many as of nodes must vote for a block, so that f of
/// them that lie decide nothing, and cannot stop the others.
[[nodiscard]] Result<std::size_t> voices_needed(const StateView& view);

/// Whether a proposal waits for voices still, or has enough and waits for its height.
[[nodiscard]] bool is_in_progress(const state::ChangeRecord& change, Timestamp now);

/// Sets the height from which the change holds, once it has enough voices: as proposed, and never
/// in the block that decides it.
[[nodiscard]] Result<void> decide_if_enough(const StateView& view, Height height,
                                            state::ChangeRecord& change);

/// UnknownMerchant, CurrencyNotAccepted, AmountOverflow, NotDue, IssuerClosing or IssuerClosed:
/// what the change names is not there, or not in a state in which it could be done.
[[nodiscard]] Result<Outcome> check_named(const StateView& view, const Change& change);

/// Does the change; nothing, where what it is about has moved on since it was decided.
[[nodiscard]] Result<void> enact(const Change& change, const DueContext& context, StateDelta& delta,
                                 Receipt& receipt);

}  // namespace tally::exchange
