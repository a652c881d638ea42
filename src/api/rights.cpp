// The table of roles and methods. A method without a row does not pass the test that walks them.
#include <tally/api/rights.h>
#include <tally/base/check.h>

#include <algorithm>
#include <array>

namespace tally::api {
namespace {

constexpr Callers kEverybody({Role::Terminal, Role::Operator, Role::Member, Role::Auditor});
// docs/adr/0001-callers-without-a-record.md: what they submit bears its own signature.
constexpr Callers kEverybodyAndUnregistered({Role::Terminal, Role::Operator, Role::Member,
                                             Role::Auditor},
                                            true);

constexpr Callers kTills({Role::Terminal, Role::Operator});
constexpr Callers kTillsAndMembers({Role::Terminal, Role::Operator, Role::Member});
constexpr Callers kOperatorsAndMembers({Role::Operator, Role::Member});
constexpr Callers kOperators({Role::Operator});
constexpr Callers kMembers({Role::Member});

template <std::size_t Size>
constexpr MethodRule row(Method method, const char (&name)[Size], ActionKind kind,
                         Callers callers) {
  return {method, std::string_view(name, Size - 1), callers, kind};
}

// What "own" means beyond the role is for visible.cpp and, in writes, for execution, which has the
// same rows: an operator may redeem and hold, since a merchant may start without terminals, and a
// terminal passes on what a member wishes of keys and cards.
constexpr std::array kRules = {
    row(Method::Earn, "tally.v1.Points.Earn", ActionKind::Earn, kTills),
    row(Method::Redeem, "tally.v1.Points.Redeem", ActionKind::Redeem, kTills),
    row(Method::Transfer, "tally.v1.Points.Transfer", ActionKind::Transfer, kTillsAndMembers),
    row(Method::Attest, "tally.v1.Points.Attest", ActionKind::Attest, kTills),
    row(Method::Activate, "tally.v1.Points.Activate", ActionKind::Activate, kTills),
    row(Method::Hold, "tally.v1.Points.Hold", ActionKind::Hold, kTills),
    row(Method::Capture, "tally.v1.Points.Capture", ActionKind::Capture, kTills),
    row(Method::Void, "tally.v1.Points.Void", ActionKind::Void, kTills),
    row(Method::Reverse, "tally.v1.Points.Reverse", ActionKind::Reverse, kTills),
    row(Method::Pool, "tally.v1.Points.Pool", ActionKind::Pool, kMembers),
    row(Method::Enrol, "tally.v1.Members.Enrol", ActionKind::Enrol, kTillsAndMembers),
    row(Method::RegisterKey, "tally.v1.Members.RegisterKey", ActionKind::RegisterKey,
        kTillsAndMembers),
    row(Method::RevokeKey, "tally.v1.Members.RevokeKey", ActionKind::RevokeKey,
        kOperatorsAndMembers),
    row(Method::LinkToken, "tally.v1.Members.LinkToken", ActionKind::LinkToken, kTillsAndMembers),
    row(Method::BlockToken, "tally.v1.Members.BlockToken", ActionKind::BlockToken,
        kTillsAndMembers),
    row(Method::Claim, "tally.v1.Members.Claim", ActionKind::Claim, kTillsAndMembers),
    row(Method::Merge, "tally.v1.Members.Merge", ActionKind::Merge, kOperatorsAndMembers),
    row(Method::Unmerge, "tally.v1.Members.Unmerge", ActionKind::Unmerge, kOperatorsAndMembers),
    row(Method::Recover, "tally.v1.Members.Recover", ActionKind::Recover, kOperatorsAndMembers),
    row(Method::Close, "tally.v1.Members.Close", ActionKind::Close, kOperatorsAndMembers),
    row(Method::PublishProgramme, "tally.v1.Operator.PublishProgramme",
        ActionKind::PublishProgramme, kOperators),
    row(Method::PublishCampaign, "tally.v1.Operator.PublishCampaign", ActionKind::PublishCampaign,
        kOperators),
    row(Method::PublishSegment, "tally.v1.Operator.PublishSegment", ActionKind::PublishSegment,
        kOperators),
    row(Method::Freeze, "tally.v1.Operator.Freeze", ActionKind::Freeze, kOperators),
    row(Method::Unfreeze, "tally.v1.Operator.Unfreeze", ActionKind::Unfreeze, kOperators),
    row(Method::Adjust, "tally.v1.Operator.Adjust", ActionKind::Adjust, kOperators),
    row(Method::AdjustBulk, "tally.v1.Operator.AdjustBulk", ActionKind::AdjustBulk, kOperators),
    row(Method::OpenLots, "tally.v1.Operator.OpenLots", ActionKind::OpenLots, kOperators),
    row(Method::Extend, "tally.v1.Operator.Extend", ActionKind::Extend, kOperators),
    row(Method::Reinstate, "tally.v1.Operator.Reinstate", ActionKind::Reinstate, kOperators),
    row(Method::AdvanceClock, "tally.v1.Operator.AdvanceClock", ActionKind::AdvanceClock,
        kOperators),
    row(Method::PublishQuote, "tally.v1.Exchange.PublishQuote", ActionKind::PublishQuote,
        kOperators),
    row(Method::PublishRate, "tally.v1.Exchange.PublishRate", ActionKind::PublishRate, kOperators),
    row(Method::ExchangePoints, "tally.v1.Exchange.ExchangePoints", ActionKind::ExchangePoints,
        kTillsAndMembers),
    row(Method::CloseCycle, "tally.v1.Settlement.CloseCycle", ActionKind::CloseCycle, kOperators),
    row(Method::ConfirmPayment, "tally.v1.Settlement.ConfirmPayment", ActionKind::ConfirmPayment,
        kOperators),
    row(Method::DisputePayment, "tally.v1.Settlement.DisputePayment", ActionKind::DisputePayment,
        kOperators),
    row(Method::ProposeChange, "tally.v1.Consortium.ProposeChange", ActionKind::ProposeChange,
        kOperators),
    row(Method::ApproveChange, "tally.v1.Consortium.ApproveChange", ActionKind::ApproveChange,
        kOperators),
    MethodRule{Method::SubmitBatch,
               "tally.v1.Ledger.SubmitBatch",
               {Role::Terminal, Role::Operator, Role::Member}},
    MethodRule{Method::SubmitSigned, "tally.v1.Ledger.SubmitSigned",
               Callers({Role::Terminal, Role::Operator, Role::Member}, true)},
    MethodRule{Method::Simulate,
               "tally.v1.Ledger.Simulate",
               {Role::Terminal, Role::Operator, Role::Member}},
    MethodRule{Method::GetReceipt, "tally.v1.Ledger.GetReceipt", kEverybodyAndUnregistered},
    MethodRule{Method::GetReceipts, "tally.v1.Ledger.GetReceipts", kEverybodyAndUnregistered},
    MethodRule{Method::Explain, "tally.v1.Ledger.Explain", kEverybody},
    MethodRule{Method::GetBalance, "tally.v1.Ledger.GetBalance", kEverybody},
    MethodRule{Method::GetLots, "tally.v1.Ledger.GetLots", kEverybody},
    MethodRule{Method::GetHistory, "tally.v1.Ledger.GetHistory", kEverybody},
    MethodRule{Method::GetBlock, "tally.v1.Ledger.GetBlock", kEverybody},
    MethodRule{Method::GetProof, "tally.v1.Ledger.GetProof", kEverybody},
    MethodRule{Method::GetStatus, "tally.v1.Ledger.GetStatus", kEverybodyAndUnregistered},
};

constexpr bool stand_in_order() {
  for (std::size_t i = 0; i < kRules.size(); ++i)
    if (static_cast<std::size_t>(kRules.at(i).method) != i) return false;
  return kRules.back().method == Method::GetStatus;
}
static_assert(stand_in_order());

}  // namespace

std::span<const MethodRule> method_rules() {
  return kRules;
}

const MethodRule& rule_of(Method method) {
  return kRules.at(static_cast<std::size_t>(method));
}

Method method_of(ActionKind kind) {
  CHECK(kind != ActionKind::Due);
  const auto* const rule =
      std::find_if(kRules.begin(), kRules.end(), [kind](const auto& r) { return r.kind == kind; });
  CHECK(rule != kRules.end());
  return rule->method;
}

bool may_call(Method method, std::optional<Role> role) {
  const Callers& callers = rule_of(method).callers;
  return role.has_value() ? callers.holds(*role) : callers.holds_unregistered();
}

}  // namespace tally::api
