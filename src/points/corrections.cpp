// Members whom operators may correct, and the agreement that it takes.
#include "points/corrections.h"

#include <tally/state/consent.h>

#include "points/expiry.h"
#include "points/heads.h"

namespace tally::points {

Result<Corrected> find_corrected(const StateView& view, const AccountId& id) {
  TRY(auto head, find_head(view, id));
  if (!head.has_value()) return Corrected{Outcome::UnknownMember, {}};
  const Outcome open = check_open(*head);
  return Corrected{open, std::move(*head)};
}

Result<Outcome> check_two_operators(const StateView& view, const TransactionContext& context,
                                    MerchantId merchant) {
  TRY(const std::size_t agreeing, state::operators_agreeing(view, context, merchant));
  return agreeing >= 2 ? Outcome::Accepted : Outcome::ApprovalsMissing;
}

state::Lot given_lot(Points points, const state::ProgrammeRecord& record,
                     const TransactionContext& context, std::uint16_t entry,
                     state::Account& account) {
  const Programme& programme = record.rules.programme;
  state::Lot lot;
  lot.id = LotId{context.position(), entry};
  lot.first_owner = account.id().member;
  lot.programme_version = record.version;
  lot.earned_at = context.ledger_time;
  lot.original = points;
  lot.remaining = points;
  date_lot(lot, account.head, programme.expiry, programme, context.ledger_time);
  return lot;
}

}  // namespace tally::points
