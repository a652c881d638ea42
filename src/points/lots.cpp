// How many lots a transaction may take from, and when idle ones expire.
#include "points/lots.h"

#include <tally/rules/evaluate.h>
#include <tally/state/books.h>

namespace tally::points {

std::size_t lots_max_in(const state::TransactionContext& context) {
  return context.block_is_full ? state::kLotsTakenInFullBlock : state::kLotsTakenMax;
}

void note_activity(state::AccountHead& head, const Programme& programme, Timestamp now) {
  head.standing.last_activity = now;
  if (programme.expiry.kind != ExpiryKind::Inactivity) return;
  head.idle_at = rules::idle_at(programme.expiry, programme.utc_offsets, now);
}

}  // namespace tally::points
