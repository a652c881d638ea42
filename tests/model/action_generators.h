// Generators of the kinds of transaction that change accounts, hold points and put things right.
#pragma once

#include <tally/base/limits.h>
#include <tally/model/action.h>

#include "model/values.h"

namespace tally::test {

[[nodiscard]] inline TokenId any_token() {
  return *any_fixed<TokenId>();
}
[[nodiscard]] inline Position any_position() {
  return {Height(any_u64()), any_u32()};
}
[[nodiscard]] inline LotId any_lot() {
  return {any_position(), any_u16()};
}

[[nodiscard]] inline Enrol any_enrol() {
  Enrol action;
  action.programme = any_merchant();
  action.member = any_member();
  action.commitment = any_optional(any_hash);
  action.token = any_optional(any_token);
  action.member_key = any_optional(any_key);
  action.referrer = any_optional(any_member);
  return action;
}

[[nodiscard]] inline Recover any_recover() {
  Recover action;
  action.member = any_member();
  action.step = any_of(RecoverStep::SetGuardians, RecoverStep::Cancel);
  action.guardians = any_list(3, any_key);
  action.needed = any_u8();
  action.delay = any_duration();
  action.key = any_optional(any_key);
  return action;
}

/// One of those that change who a member is.
[[nodiscard]] inline Action any_account_action() {
  switch (*rc::gen::inRange(0, 11)) {
    case 0:
      return LinkToken{any_merchant(), any_member(), any_token()};
    case 1:
      return BlockToken{any_merchant(), any_token()};
    case 2:
      return Claim{any_merchant(), any_member(), any_hash()};
    case 3:
      return RevokeKey{*any_fixed<KeyId>()};
    case 4:
      return Freeze{any_merchant(), any_member(), any_of(FreezeKind::Soft, FreezeKind::Fraud)};
    case 5:
      return Unfreeze{any_merchant(), any_member()};
    case 6:
      return Merge{any_merchant(), any_member(), any_member()};
    case 7:
      return Unmerge{any_merchant(), any_member()};
    case 8:
      return Close{any_merchant(), any_member()};
    case 9:
      return any_recover();
    default:
      return Pool{any_merchant(), any_member(), any_of(PoolChange::Join, PoolChange::Leave),
                  *any_fixed<PoolId>()};
  }
}

[[nodiscard]] inline Redeem any_redeem() {
  Redeem action;
  action.programme = any_merchant();
  action.member = any_member();
  action.token = any_optional(any_token);
  action.currency = any_currency();
  action.basket = any_money();
  action.excluded = any_money();
  action.mode = any_of(RedeemMode::Exactly, RedeemMode::Reward);
  action.points = any_points();
  return action;
}

[[nodiscard]] inline ReturnedLine any_returned_line() {
  return {any_u16(), any_i64(), any_money(), any_money()};
}

/// One of those that hold points, let them go, or take a purchase back.
[[nodiscard]] inline Action any_redemption_action() {
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      return Activate{any_merchant(), any_id()};
    case 1:
      return Hold{any_redeem(), any_duration()};
    case 2:
      return Capture{any_merchant(), any_id(), any_points()};
    case 3:
      return Void{any_merchant(), any_id()};
    default:
      return Reverse{any_merchant(), any_id(),    any_list(3, any_returned_line),
                     any_money(),    any_money(), any_money()};
  }
}

[[nodiscard]] inline AdjustDirection any_direction() {
  return any_of(AdjustDirection::Credit, AdjustDirection::Debit);
}
[[nodiscard]] inline std::string any_reason() {
  return any_text(limits::kShortNameBytesMax);
}
[[nodiscard]] inline AdjustedMember any_adjusted() {
  return {any_member(), any_points()};
}
[[nodiscard]] inline OpeningLot any_opening() {
  return {any_member(), any_points(), any_timestamp(), any_timestamp(),
          any_text(limits::kRefBytesMax)};
}

/// One of operators' corrections.
[[nodiscard]] inline Action any_correction() {
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      return Adjust{any_merchant(), any_member(), any_direction(), any_points(), any_reason()};
    case 1:
      return AdjustBulk{any_merchant(), any_direction(), any_reason(), any_list(3, any_adjusted),
                        any_points(),   any_points()};
    case 2:
      return OpenLots{any_merchant(), any_list(3, any_opening)};
    case 3:
      return Extend{any_merchant(), any_member(), any_lot(), any_u32(),
                    any_of(MonthRounding::None, MonthRounding::EndOfYear)};
    default:
      return Reinstate{any_merchant(), any_member()};
  }
}

/// Of what points are worth elsewhere, and exchanges.
[[nodiscard]] inline Action any_exchange_action() {
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      return PublishQuote{any_merchant(), any_currency(),  any_i64(),      any_i64(),
                          any_points(),   any_timestamp(), any_timestamp()};
    case 1:
      return PublishRate{any_merchant(), any_merchant(), any_i64(), any_i64(), any_timestamp()};
    default:
      return ExchangePoints{any_merchant(), any_merchant(), any_member(),
                            any_of(ExchangeMode::In, ExchangeMode::Out), any_points()};
  }
}

[[nodiscard]] inline Change any_change() {
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      return SetCap{any_merchant(), any_currency(), any_optional(any_money)};
    case 1:
      return SetCollateral{any_merchant(), any_currency(), any_money()};
    case 2:
      return ResumeIssuer{any_merchant()};
    case 3:
      return EndIssuer{any_merchant(), any_duration()};
    default:
      return DecidePayment{any_u32(), any_currency(), any_merchant(), any_merchant(), any_bool()};
  }
}

/// One of those by which merchants settle, and change what they agreed.
[[nodiscard]] inline Action any_settlement_action() {
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      return CloseCycle{any_u32()};
    case 1:
      return ConfirmPayment{any_u32(), any_currency(), any_merchant()};
    case 2:
      return DisputePayment{any_u32(), any_currency(), any_merchant(),
                            any_text(limits::kBankReferenceBytesMax)};
    case 3:
      return ProposeChange{Height(any_u64()), any_change()};
    default:
      return ApproveChange{any_merchant(), any_hash()};
  }
}

}  // namespace tally::test
