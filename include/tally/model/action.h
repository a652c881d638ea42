// What a transaction can be: the list of kinds.
#pragma once

#include <tally/model/members_actions.h>
#include <tally/model/points_actions.h>

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
  AdvanceClock = 190,
  Earn = 201,
  Redeem = 202,
  Transfer = 203,
  Attest = 204,
  PublishProgramme = 220,
  PublishCampaign = 221,
};

using Action = std::variant<Enrol, RegisterKey, PublishSegment, AdvanceClock, Earn, Redeem,
                            Transfer, Attest, PublishProgramme, PublishCampaign>;

[[nodiscard]] ActionKind kind_of(const Action& action);
[[nodiscard]] std::string_view name_of(ActionKind kind);  ///< "publish_programme"
[[nodiscard]] bool is_known(ActionKind kind);
/// Whether a transaction of this kind may bear an order id: earn and redeem.
[[nodiscard]] bool may_have_order(ActionKind kind);

/// kind u16, then the fields of that kind.
void encode(codec::Writer& out, const Action& action);
[[nodiscard]] Action decode_action(codec::Reader& in);

}  // namespace tally
