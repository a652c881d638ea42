// Rights: which role may call which method; the table of design/security.md §5, default deny.
#pragma once

#include <tally/model/action.h>
#include <tally/model/keys.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace tally::api {

/// Every method of proto/tally/v1.
enum class Method : std::uint8_t {
  Earn,
  Redeem,
  Transfer,
  Attest,
  Activate,
  Hold,
  Capture,
  Void,
  Reverse,
  Pool,
  Enrol,
  RegisterKey,
  RevokeKey,
  LinkToken,
  BlockToken,
  Claim,
  Merge,
  Unmerge,
  Recover,
  Close,
  PublishProgramme,
  PublishCampaign,
  PublishSegment,
  Freeze,
  Unfreeze,
  Adjust,
  AdjustBulk,
  OpenLots,
  Extend,
  Reinstate,
  AdvanceClock,
  PublishQuote,
  PublishRate,
  ExchangePoints,
  CloseCycle,
  ConfirmPayment,
  DisputePayment,
  ProposeChange,
  ApproveChange,
  SubmitBatch,
  SubmitSigned,
  Simulate,
  GetReceipt,
  GetReceipts,
  Explain,
  GetBalance,
  GetLots,
  GetHistory,
  GetBlock,
  GetProof,
  GetStatus,
};

/// A set of roles, and perhaps of callers whose key has no record on the ledger.
class Callers {
 public:
  constexpr Callers(std::initializer_list<Role> roles, bool unregistered = false)
      : unregistered_(unregistered) {
    for (const Role role : roles)
      roles_ = static_cast<std::uint8_t>(roles_ | bit(role));
  }
  [[nodiscard]] constexpr bool holds(Role role) const { return (roles_ & bit(role)) != 0; }
  [[nodiscard]] constexpr bool holds_unregistered() const { return unregistered_; }

 private:
  static constexpr std::uint8_t bit(Role role) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(role));
  }
  std::uint8_t roles_ = 0;
  bool unregistered_;
};

struct MethodRule {
  Method method;
  std::string_view name;  ///< "tally.v1.Points.Earn", as its descriptor has it
  Callers callers;
  ActionKind kind = ActionKind::Due;  ///< of the transactions that it takes; Due: of none alone
};

/// One row a method.
[[nodiscard]] std::span<const MethodRule> method_rules();
[[nodiscard]] const MethodRule& rule_of(Method method);
/// The method whose row a transaction of this kind falls under, wherever it comes in.
/// REQUIRES: not Due
[[nodiscard]] Method method_of(ActionKind kind);
/// `role`: nullopt for a key without a record.
[[nodiscard]] bool may_call(Method method, std::optional<Role> role);

}  // namespace tally::api
