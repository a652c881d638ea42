// Holds: whose they are, and how one is resolved (design/loyalty.md §11).
#pragma once

#include <tally/points/points.h>
#include <tally/state/hold.h>

#include <vector>

namespace tally::points {

/// Whose points the hold took, and who asked for it, ascending; none: there is no such hold, or it
/// is resolved.
[[nodiscard]] Result<std::vector<AccountId>> accounts_of_hold(const StateView& view,
                                                              const HoldId& hold);

/// Releases an open hold whose deadline has come, as of that deadline: to each owner by bring_back,
/// a line Released and what follows from it. Loads and writes all accounts, totals and the hold
/// itself, and enters the receipt; the caller must not write them. REQUIRES: it is open on an
/// account's head, and of accounts_of_hold, what was due earlier has run.
[[nodiscard]] Result<void> time_out(const HoldId& hold, const DueContext& context,
                                    StateDelta& delta, Receipt& receipt);

/// What a capture and a void ask of the hold that they name, which the sending merchant placed.
struct NamedHold {
  Outcome outcome = Outcome::Accepted;  ///< or why it cannot be resolved: UnknownHold and others
  HoldId id;
  state::HoldRecord record;  ///< of an accepted one, which is open
};
[[nodiscard]] Result<NamedHold> find_named_hold(MerchantId programme, ByteView request_id,
                                                const TransactionContext& context,
                                                const StateView& view);

/// How an open hold is resolved.
struct Resolution {
  state::HoldState state = state::HoldState::Voided;
  Timestamp at;     ///< what is released counts as of then
  Points captured;  ///< the first so many of its points; of a time-out or a void 0
  const Programme* programme = nullptr;  ///< whose grace and returns window count
};
/// Takes what is captured, releases the rest, and writes everything, as time_out says. False: a sum
/// would leave its range. REQUIRES: it is open and has as many points.
[[nodiscard]] Result<bool> resolve(const HoldId& id, state::HoldRecord hold, const Resolution& how,
                                   StateDelta& delta, Receipt& receipt);

}  // namespace tally::points
