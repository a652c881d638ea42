// The table of roles and methods. A method without a row does not pass the test that walks them.
#include <tally/api/rights.h>
#include <tally/base/check.h>

#include <array>

namespace tally::api {
namespace {

constexpr Callers kEverybody({Role::Terminal, Role::Operator, Role::Member, Role::Auditor});
// docs/adr/0001-callers-without-a-record.md: what they submit bears its own signature.
constexpr Callers kEverybodyAndUnregistered({Role::Terminal, Role::Operator, Role::Member,
                                             Role::Auditor},
                                            true);

// What "own" means beyond the role is for visible.cpp and, in writes, for execution, which has the
// same rows: an operator may redeem, since a merchant may start without terminals, and a terminal
// passes on the key that a member registers.
constexpr std::array kRules = {
    MethodRule{Method::Earn, "tally.v1.Points.Earn", {Role::Terminal, Role::Operator}},
    MethodRule{Method::Redeem, "tally.v1.Points.Redeem", {Role::Terminal, Role::Operator}},
    MethodRule{Method::Transfer,
               "tally.v1.Points.Transfer",
               {Role::Terminal, Role::Operator, Role::Member}},
    MethodRule{Method::Attest, "tally.v1.Points.Attest", {Role::Terminal, Role::Operator}},
    MethodRule{
        Method::Enrol, "tally.v1.Members.Enrol", {Role::Terminal, Role::Operator, Role::Member}},
    MethodRule{Method::RegisterKey,
               "tally.v1.Members.RegisterKey",
               {Role::Terminal, Role::Operator, Role::Member}},
    MethodRule{Method::PublishProgramme, "tally.v1.Operator.PublishProgramme", {Role::Operator}},
    MethodRule{Method::PublishCampaign, "tally.v1.Operator.PublishCampaign", {Role::Operator}},
    MethodRule{Method::PublishSegment, "tally.v1.Operator.PublishSegment", {Role::Operator}},
    MethodRule{Method::AdvanceClock, "tally.v1.Operator.AdvanceClock", {Role::Operator}},
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
  switch (kind) {
    case ActionKind::Enrol:
      return Method::Enrol;
    case ActionKind::RegisterKey:
      return Method::RegisterKey;
    case ActionKind::AdvanceClock:
      return Method::AdvanceClock;
    case ActionKind::Earn:
      return Method::Earn;
    case ActionKind::Redeem:
      return Method::Redeem;
    case ActionKind::Transfer:
      return Method::Transfer;
    case ActionKind::PublishProgramme:
      return Method::PublishProgramme;
    case ActionKind::PublishCampaign:
      return Method::PublishCampaign;
    case ActionKind::PublishSegment:
      return Method::PublishSegment;
    case ActionKind::Attest:
      return Method::Attest;
    case ActionKind::Due:
      break;
  }
  CHECK(kind != ActionKind::Due);
  return Method::GetStatus;
}

bool may_call(Method method, std::optional<Role> role) {
  const Callers& callers = rule_of(method).callers;
  return role.has_value() ? callers.holds(*role) : callers.holds_unregistered();
}

}  // namespace tally::api
