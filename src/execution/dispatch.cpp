// The list of kinds, visited: a kind without its functions does not compile.
#include "execution/dispatch.h"

#include <tally/members/members.h>
#include <tally/points/points.h>

namespace tally::execution {
namespace {

using members::apply;
using members::preclaim;
using points::apply;
using points::preclaim;

using Accounts = std::vector<AccountId>;

Accounts accounts_named(const Earn& earn) {
  return {{earn.member, earn.programme}};
}
Accounts accounts_named(const Redeem& redeem) {
  return {{redeem.member, redeem.programme}};
}
Accounts accounts_named(const Transfer& transfer) {
  return {{transfer.from, transfer.programme}, {transfer.to, transfer.programme}};
}
Accounts accounts_named(const Enrol&) {
  return {};  // opened here: nothing can be due yet
}
Accounts accounts_named(const Attest& attest) {
  return {{attest.member, attest.programme}};
}
Accounts accounts_named(const PublishSegment&) {
  return {};  // no rule of a segment asks what is due
}
Accounts accounts_named(const PublishCampaign&) {
  return {};
}
Accounts accounts_named(const RegisterKey&) {
  return {};
}
Accounts accounts_named(const AdvanceClock&) {
  return {};
}
Accounts accounts_named(const PublishProgramme&) {
  return {};
}

}  // namespace

Result<Outcome> preclaim(const state::TransactionContext& context, const state::StateView& view) {
  return std::visit([&](const auto& action) { return preclaim(action, context, view); },
                    context.transaction->action);
}

Result<Outcome> apply(const state::TransactionContext& context, state::StateDelta& delta,
                      Receipt& receipt) {
  TRY(const Outcome applied,
      std::visit([&](const auto& action) { return apply(action, context, delta, receipt); },
                 context.transaction->action));
  const auto* const enrol = std::get_if<Enrol>(&context.transaction->action);
  if (applied != Outcome::Accepted || enrol == nullptr) return applied;
  return points::award_enrolment(*enrol, context, delta, receipt);
}

Result<void> check_laws(const state::StateDelta& delta) {
  TRY_VOID(points::check_invariants(delta));
  return members::check_invariants(delta);
}

std::vector<AccountId> accounts_of(const Action& action) {
  return std::visit([](const auto& fields) { return accounts_named(fields); }, action);
}

std::optional<MerchantId> programme_of(const Action& action) {
  return std::visit(
      [](const auto& fields) -> std::optional<MerchantId> {
        if constexpr (requires { fields.programme.value(); })
          return fields.programme;
        else
          return std::nullopt;
      },
      action);
}

Points points_named(const Action& action) {
  if (const auto* redeem = std::get_if<Redeem>(&action))
    return redeem->mode == RedeemMode::Exactly ? redeem->points : Points();
  if (const auto* transfer = std::get_if<Transfer>(&action)) return transfer->points;
  return Points();
}

}  // namespace tally::execution
