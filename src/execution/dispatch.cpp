// The list of kinds, visited: a kind without its functions does not compile.
#include "execution/dispatch.h"

#include <tally/exchange/exchange.h>
#include <tally/members/members.h>
#include <tally/points/points.h>

namespace tally::execution {
namespace {

using exchange::apply;
using exchange::preclaim;
using members::apply;
using members::preclaim;
using points::apply;
using points::preclaim;

using Accounts = std::vector<AccountId>;

/// Of both sides of a merge; what its undoing parts is known by its target, which is touched.
Accounts accounts_named(const Merge& merge) {
  return {{merge.source, merge.programme}, {merge.target, merge.programme}};
}
Accounts accounts_named(const Unmerge& unmerge) {
  return {{unmerge.source, unmerge.programme}};
}
Accounts accounts_named(const Transfer& transfer) {
  return {{transfer.from, transfer.programme}, {transfer.to, transfer.programme}};
}
/// Of the programme that gives and of the one that takes.
Accounts accounts_named(const ExchangePoints& exchange) {
  return {{exchange.member, exchange.programme}, {exchange.member, exchange.into}};
}
Accounts accounts_named(const Hold& hold) {
  return {{hold.redeem.member, hold.redeem.programme}};
}
Accounts accounts_named(const AdjustBulk& bulk) {
  Accounts accounts;
  for (const AdjustedMember& each : bulk.members)
    accounts.push_back({each.member, bulk.programme});
  return accounts;
}
Accounts accounts_named(const OpenLots& opening) {
  Accounts accounts;
  for (const OpeningLot& lot : opening.lots)
    accounts.push_back({lot.member, opening.programme});
  return accounts;
}
/// Who enrols has no account yet.
Accounts accounts_named(const Enrol&) {
  return {};
}
template <typename Fields>
Accounts accounts_named(const Fields& fields) {
  if constexpr (requires { fields.programme.value(), fields.member; })
    return {{fields.member, fields.programme}};
  else
    return {};  // orders, holds, cards, keys and rules name none
}

Points points_of(const Redeem& redeem) {
  return redeem.mode == RedeemMode::Exactly ? redeem.points : Points();
}
Points points_of(const Hold& hold) {
  return points_of(hold.redeem);
}
Points points_of(const Transfer& transfer) {
  return transfer.points;
}
Points points_of(const Capture& capture) {
  return capture.points;
}
Points points_of(const Adjust& adjust) {
  return adjust.points;
}
Points points_of(const AdjustBulk& bulk) {
  return bulk.moved;
}
/// What an exchange of so many into others takes, its receipt shows.
Points points_of(const ExchangePoints& exchange) {
  return exchange.mode == ExchangeMode::In ? exchange.points : Points();
}
template <typename Fields>
Points points_of(const Fields&) {
  return {};
}

}  // namespace

Result<Outcome> preclaim(const state::TransactionContext& context, const state::StateView& view) {
  return std::visit([&](const auto& action) { return preclaim(action, context, view); },
                    *context.action);
}

Result<Outcome> apply(const state::TransactionContext& context, state::StateDelta& delta,
                      Receipt& receipt) {
  TRY(const Outcome applied,
      std::visit([&](const auto& action) { return apply(action, context, delta, receipt); },
                 *context.action));
  const auto* const enrol = std::get_if<Enrol>(context.action);
  if (applied != Outcome::Accepted || enrol == nullptr) return applied;
  return points::award_enrolment(*enrol, context, delta, receipt);
}

Result<void> check_laws(const state::StateDelta& delta) {
  TRY_VOID(points::check_invariants(delta));
  TRY_VOID(exchange::check_invariants(delta));
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
        else if constexpr (requires { fields.redeem.programme.value(); })
          return fields.redeem.programme;
        else
          return std::nullopt;
      },
      action);
}

Points points_named(const Action& action) {
  return std::visit([](const auto& fields) { return points_of(fields); }, action);
}

}  // namespace tally::execution
