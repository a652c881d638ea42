// What a transaction can be: the list of kinds.
#pragma once

#include <tally/model/account_actions.h>
#include <tally/model/correction_actions.h>
#include <tally/model/exchange_actions.h>
#include <tally/model/members_actions.h>
#include <tally/model/redemption_actions.h>

#include <cstdint>
#include <string_view>
#include <variant>

namespace tally {

/// FORMAT: hashed and stored; docs/formats.md. Numbers are never used again.
enum class ActionKind : std::uint16_t {
  Due = 0,  ///< no transaction: the receipt of what fell due
  Enrol = 101,
  RegisterKey = 102,
  PublishSegment = 103,
  LinkToken = 104,
  BlockToken = 105,
  Claim = 106,
  RevokeKey = 107,
  Freeze = 108,
  Unfreeze = 109,
  Merge = 110,
  Unmerge = 111,
  Close = 112,
  Recover = 113,
  ProposeChange = 120,
  ApproveChange = 121,
  AdvanceClock = 190,
  Earn = 201,
  Redeem = 202,
  Transfer = 203,
  Attest = 204,
  Activate = 205,
  Hold = 206,
  Capture = 207,
  Void = 208,
  Reverse = 209,
  Pool = 210,
  Adjust = 211,
  AdjustBulk = 212,
  OpenLots = 213,
  Extend = 214,
  Reinstate = 215,
  PublishProgramme = 220,
  PublishCampaign = 221,
  PublishQuote = 301,
  PublishRate = 302,
  ExchangePoints = 303,
  CloseCycle = 304,
  ConfirmPayment = 305,
  DisputePayment = 306,
};

using Action =
    std::variant<Enrol, RegisterKey, PublishSegment, LinkToken, BlockToken, Claim, RevokeKey,
                 Freeze, Unfreeze, Merge, Unmerge, Close, Recover, AdvanceClock, Earn, Redeem,
                 Transfer, Attest, Activate, Hold, Capture, Void, Reverse, Pool, Adjust, AdjustBulk,
                 OpenLots, Extend, Reinstate, PublishProgramme, PublishCampaign, PublishQuote,
                 PublishRate, ExchangePoints, CloseCycle, ConfirmPayment, DisputePayment,
                 ProposeChange, ApproveChange>;

[[nodiscard]] ActionKind kind_of(const Action& action);
[[nodiscard]] std::string_view name_of(ActionKind kind);  ///< "publish_programme"
[[nodiscard]] bool is_known(ActionKind kind);
/// Whether a transaction of this kind may bear an order id: earn, redeem and hold.
[[nodiscard]] bool may_have_order(ActionKind kind);

/// kind u16, then the fields of that kind.
void encode(codec::Writer& out, const Action& action);
[[nodiscard]] Action decode_action(codec::Reader& in);

}  // namespace tally
