// What kinds of transaction that take or add lots have in common.
#pragma once

#include <tally/state/account.h>
#include <tally/state/transaction_context.h>

#include <cstddef>

namespace tally::points {

/// Lots that this transaction may take from (state/books.h).
[[nodiscard]] std::size_t lots_max_in(const state::TransactionContext& context);

/// An earn, redemption or capture at `now`: under a programme whose points expire by inactivity,
/// the member's idle lots get a later date (design/loyalty.md §12).
void note_activity(state::AccountHead& head, const Programme& programme, Timestamp now);

}  // namespace tally::points
