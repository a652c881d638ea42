// The kinds of transaction by which operators put things right.
#include <tally/edge/translate.h>

#include "edge/fields.h"
#include "tally/v1/receipt.pb.h"
#include "tally/v1/transaction.pb.h"

namespace tally::edge {
namespace {

Result<AdjustDirection> direction_of(int value) {
  return enumerated("direction", value, AdjustDirection::Debit,
                    "ADJUST_DIRECTION_CREDIT or ADJUST_DIRECTION_DEBIT");
}

Result<AdjustedMember> adjusted_of(const v1::AdjustedMember& message) {
  TRY_VOID(require_known(message));
  AdjustedMember adjusted;
  TRY(adjusted.member, fixed<MemberId>("member", message.member()));
  TRY(adjusted.points, amount<Points>("points", message.points()));
  return adjusted;
}

Result<OpeningLot> opening_of(const v1::OpeningLot& message) {
  TRY_VOID(require_known(message));
  OpeningLot lot;
  TRY(lot.member, fixed<MemberId>("member", message.member()));
  TRY(lot.points, amount<Points>("points", message.points()));
  lot.earned_at = Timestamp(message.earned_at());
  lot.expires_at = expiry_of(message);
  lot.ref = message.ref();
  return lot;
}

void put(const OpeningLot& lot, v1::OpeningLot& message) {
  message.set_member(hex(lot.member.view()));
  message.set_points(lot.points.value());
  message.set_earned_at(lot.earned_at.milliseconds());
  if (lot.expires_at != Timestamp::never()) message.set_expires_at(lot.expires_at.milliseconds());
  message.set_ref(lot.ref);
}

/// Of what is asked, so nothing unknown may stand in it.
Result<LotId> lot_named(const v1::LotId& message) {
  TRY_VOID(require_known(message));
  TRY_VOID(within("transaction", require_known(message.transaction())));
  return from_proto(message);
}

}  // namespace

Result<Adjust> from_proto(const v1::Adjust& message) {
  TRY_VOID(require_known(message));
  Adjust action;
  TRY_VOID(read_account(message, action));
  TRY(action.direction, direction_of(message.direction()));
  TRY(action.points, amount<Points>("points", message.points()));
  action.reason = message.reason();
  return action;
}

void to_proto(const Adjust& action, v1::Adjust& message) {
  put_account(action, message);
  message.set_direction(static_cast<v1::AdjustDirection>(action.direction));
  message.set_points(action.points.value());
  message.set_reason(action.reason);
}

Result<AdjustBulk> from_proto(const v1::AdjustBulk& message) {
  TRY_VOID(require_known(message));
  AdjustBulk action;
  TRY(action.programme, merchant("programme", message.programme()));
  TRY(action.direction, direction_of(message.direction()));
  action.reason = message.reason();
  for (int i = 0; i < message.members_size(); ++i) {
    TRY(const AdjustedMember adjusted,
        within("members[" + std::to_string(i) + "]", adjusted_of(message.members(i))));
    action.members.push_back(adjusted);
  }
  TRY(action.moved, amount<Points>("moved", message.moved()));
  TRY(action.settled, amount<Points>("settled", message.settled()));
  return action;
}

void to_proto(const AdjustBulk& action, v1::AdjustBulk& message) {
  message.set_programme(action.programme.value());
  message.set_direction(static_cast<v1::AdjustDirection>(action.direction));
  message.set_reason(action.reason);
  for (const AdjustedMember& adjusted : action.members) {
    v1::AdjustedMember& entry = *message.add_members();
    entry.set_member(hex(adjusted.member.view()));
    entry.set_points(adjusted.points.value());
  }
  message.set_moved(action.moved.value());
  message.set_settled(action.settled.value());
}

Result<OpenLots> from_proto(const v1::OpenLots& message) {
  TRY_VOID(require_known(message));
  OpenLots action;
  TRY(action.programme, merchant("programme", message.programme()));
  for (int i = 0; i < message.lots_size(); ++i) {
    TRY(OpeningLot lot, within("lots[" + std::to_string(i) + "]", opening_of(message.lots(i))));
    action.lots.push_back(std::move(lot));
  }
  return action;
}

void to_proto(const OpenLots& action, v1::OpenLots& message) {
  message.set_programme(action.programme.value());
  for (const OpeningLot& lot : action.lots)
    put(lot, *message.add_lots());
}

Result<Extend> from_proto(const v1::Extend& message) {
  TRY_VOID(require_known(message));
  Extend action;
  TRY_VOID(read_account(message, action));
  if (!message.has_lot()) return missing("lot", "a lot of the member's");
  TRY(action.lot, within("lot", lot_named(message.lot())));
  action.months = message.months();
  if (message.rounding() < v1::MONTH_ROUNDING_NONE ||
      message.rounding() > v1::MONTH_ROUNDING_END_OF_YEAR)
    return wrong("rounding", std::to_string(message.rounding()),
                 "MONTH_ROUNDING_NONE, _END_OF_MONTH, _QUARTER, _HALF or _YEAR");
  action.rounding = static_cast<MonthRounding>(message.rounding());
  return action;
}

void to_proto(const Extend& action, v1::Extend& message) {
  put_account(action, message);
  to_proto(action.lot, *message.mutable_lot());
  message.set_months(action.months);
  message.set_rounding(static_cast<v1::MonthRounding>(action.rounding));
}

Result<Reinstate> from_proto(const v1::Reinstate& message) {
  TRY_VOID(require_known(message));
  Reinstate action;
  TRY_VOID(read_account(message, action));
  return action;
}

void to_proto(const Reinstate& action, v1::Reinstate& message) {
  put_account(action, message);
}

}  // namespace tally::edge
