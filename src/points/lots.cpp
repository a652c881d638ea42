// How many lots a transaction may take from, and when idle ones expire.
#include "points/lots.h"

#include <tally/rules/evaluate.h>
#include <tally/state/books.h>

namespace tally::points {

std::size_t lots_max_in(const state::TransactionContext& context) {
  return context.block_is_full ? state::kLotsTakenInFullBlock : state::kLotsTakenMax;
}

Result<std::uint64_t> cost_of_pages(const state::StateView& view, const AccountId& id) {
  constexpr std::uint64_t kCostOfPage = 3'000;  // some ten microseconds
  TRY(const auto bytes, view.find(state::account_key(id)));
  if (!bytes.has_value()) return std::uint64_t{0};
  TRY(const state::AccountRecord record, state::decode_account(*bytes));
  return kCostOfPage *
         (record.dated.further.size() + record.idle.further.size() + record.waiting.further.size());
}

void note_activity(state::AccountHead& head, const Programme& programme, Timestamp now) {
  head.standing.last_activity = now;
  if (programme.expiry.kind != ExpiryKind::Inactivity) return;
  head.idle_at = rules::idle_at(programme.expiry, programme.utc_offsets, now);
}

}  // namespace tally::points
