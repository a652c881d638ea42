// Named: whom an action's cards and merged accounts stand for now (design/loyalty.md §14).
#pragma once

#include <tally/model/action.h>
#include <tally/model/outcome.h>
#include <tally/state/state_view.h>

#include <optional>

namespace tally::execution {

struct Named {
  /// UnknownToken, TokenBlocked; NotPermitted: both sides of a transfer are one member by now, or
  /// one is to be added to a segment and removed from it;
  /// AmountOverflow: a bulk's parts of one member add up to too much.
  Outcome outcome = Outcome::Accepted;
  /// The action with its cards replaced by their members, and those by whom they were merged into;
  /// nullopt: it names all as they are.
  std::optional<Action> changed;
};

/// Of every member that `action` names but those whose own account it is about: who enrols, who is
/// merged or parted, whose key is replaced. An alias is followed over at most 8 merges.
[[nodiscard]] Result<Named> resolve_names(const Action& action, const state::StateView& view);

}  // namespace tally::execution
