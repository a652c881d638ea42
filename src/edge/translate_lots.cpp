// Lots, those that wait too, and where things stand in the ledger.
#include <tally/edge/translate.h>

#include "edge/fields.h"
#include "edge/places.h"
#include "tally/v1/receipt.pb.h"

#include <limits>

namespace tally::edge {

void put(const Position& position, v1::Position& message) {
  message.set_height(position.height.value());
  message.set_index(position.index);
}

Position position_of(const v1::Position& message) {
  return Position{Height(message.height()), message.index()};
}

/// Empty: of a line that nobody funds.
Result<Funder> funder_of(const std::string& text) {
  if (text.empty() || text == "issuer") return Funder();
  for (const FunderKind kind : {FunderKind::Merchant, FunderKind::Brand}) {
    const std::string prefix = text_of(Funder{kind, ""});
    if (text.starts_with(prefix)) return Funder{kind, text.substr(prefix.size())};
  }
  return wrong("funder", "\"" + printable(text) + "\"", "issuer, merchant:NAME or brand:NAME");
}

void to_proto(const LotId& lot, v1::LotId& message) {
  put(lot.transaction, *message.mutable_transaction());
  message.set_entry(lot.entry);
}

Result<LotId> from_proto(const v1::LotId& message) {
  if (message.entry() > std::numeric_limits<std::uint16_t>::max())
    return wrong("entry", std::to_string(message.entry()), "0 to 65535");
  return LotId{position_of(message.transaction()), static_cast<std::uint16_t>(message.entry())};
}

void to_proto(const state::Lot& lot, v1::Lot& message) {
  message.Clear();
  to_proto(lot.id, *message.mutable_id());
  message.set_first_owner(hex(lot.first_owner.view()));
  message.set_programme_version(lot.programme_version);
  message.set_earned_at(lot.earned_at.milliseconds());
  if (lot.available_at != Timestamp::never())
    message.set_available_at(lot.available_at.milliseconds());
  if (lot.expires_at != Timestamp::never()) message.set_expires_at(lot.expires_at.milliseconds());
  message.set_original(lot.original.value());
  message.set_remaining(lot.remaining.value());
  message.set_idle(lot.idle);
  message.set_late_date(lot.late_date);
  message.set_funder(text_of(lot.funder));
}

Result<state::Lot> from_proto(const v1::Lot& message) {
  state::Lot lot;
  TRY(lot.id, within("id", from_proto(message.id())));
  TRY(lot.first_owner, fixed<MemberId>("first_owner", message.first_owner()));
  lot.programme_version = message.programme_version();
  lot.earned_at = Timestamp(message.earned_at());
  lot.available_at = availability_of(message);
  lot.expires_at = expiry_of(message);
  TRY(lot.original, amount<Points>("original", message.original()));
  TRY(lot.remaining, amount<Points>("remaining", message.remaining()));
  lot.idle = message.idle();
  lot.late_date = message.late_date();
  TRY(lot.funder, funder_of(message.funder()));
  return lot;
}

void to_proto(const state::PendingLot& pending, v1::PendingLot& message) {
  message.Clear();
  to_proto(pending.lot, *message.mutable_lot());
  message.set_waits_for(static_cast<v1::WaitsFor>(pending.waits_for));
  message.set_campaign(pending.campaign);
}

Result<state::PendingLot> from_proto(const v1::PendingLot& message) {
  state::PendingLot pending;
  TRY(pending.lot, within("lot", from_proto(message.lot())));
  TRY(pending.waits_for, enumerated("waits_for", message.waits_for(), state::WaitsFor::Review,
                                    "what a lot can wait for"));
  pending.campaign = message.campaign();
  return pending;
}

}  // namespace tally::edge
