// Whose accounts a transaction touches beside those that it names.
#include <tally/base/check.h>
#include <tally/points/points.h>
#include <tally/state/identity.h>

#include "points/award.h"
#include "points/heads.h"
#include "points/holds.h"
#include "points/order_accounts.h"
#include "points/pools.h"

#include <set>

namespace tally::points {
namespace {

using Accounts = std::set<AccountId>;

/// The others of the pool that the account is in.
Result<void> add_pool(const AccountId& id, const StateView& view, Accounts& accounts) {
  TRY(const auto head, find_head(view, id));
  if (!head.has_value()) return {};
  TRY(const std::vector<MemberId> members, members_of_pool(view, id, *head));
  for (const MemberId& member : members)
    accounts.insert(AccountId{member, id.programme});
  return {};
}

Result<void> add_hold(ByteView request_id, const TransactionContext& context, const StateView& view,
                      Accounts& accounts) {
  const HoldId id = request_key(context.transaction->merchant, request_id);
  TRY(const std::vector<AccountId> of_hold, accounts_of_hold(view, id));
  accounts.insert(of_hold.begin(), of_hold.end());
  return {};
}

/// Whose account it is now, where it was merged into another; and who referred that one.
Result<void> add_with_referrer(const AccountId& named, const StateView& view, Accounts& accounts) {
  TRY(const auto id, living_account(named, view));
  if (!id.has_value()) return {};
  accounts.insert(*id);
  TRY(const auto referrer, referrer_of_account(*id, view));
  if (referrer.has_value()) accounts.insert(*referrer);
  return {};
}

/// Whom a merge made one of two, which its undoing parts again.
Result<void> add_target(const Unmerge& action, const StateView& view, Accounts& accounts) {
  TRY(const auto merged, state::find_merged(view, AccountId{action.source, action.programme}));
  if (merged.has_value()) accounts.insert(AccountId{merged->target, action.programme});
  return {};
}

/// The member's account of the other programme, where they may have been merged into another.
Result<void> add_into(const ExchangePoints& action, const StateView& view, Accounts& accounts) {
  TRY(const AccountId into, account_now(view, AccountId{action.member, action.into}));
  accounts.insert(into);
  return {};
}

/// Where the points wait that an activation lets go.
Result<void> add_waiting(MerchantId programme, const TransactionContext& context,
                         const StateView& view, Accounts& accounts) {
  if (!context.order.earn.has_value()) return {};
  TRY(const auto earn, context.history->find_receipt(context.order.earn->position));
  if (!earn.has_value()) return {};
  for (const ReceiptLine& line : earn->lines)
    if (line.kind == LineKind::Pended && line.account.programme == programme)
      TRY_VOID(add_with_referrer(line.account, view, accounts));
  return {};
}

Result<void> add_of_kind(const TransactionContext& context, const StateView& view,
                         Accounts& accounts) {
  const Action& action = *context.action;
  if (const auto* redeem = std::get_if<Redeem>(&action))
    return add_pool(AccountId{redeem->member, redeem->programme}, view, accounts);
  if (const auto* hold = std::get_if<Hold>(&action))
    return add_pool(AccountId{hold->redeem.member, hold->redeem.programme}, view, accounts);
  if (const auto* capture = std::get_if<Capture>(&action))
    return add_hold(capture->hold, context, view, accounts);
  if (const auto* release = std::get_if<Void>(&action))
    return add_hold(release->hold, context, view, accounts);
  if (const auto* unmerge = std::get_if<Unmerge>(&action))
    return add_target(*unmerge, view, accounts);
  if (const auto* exchange = std::get_if<ExchangePoints>(&action))
    return add_into(*exchange, view, accounts);
  if (const auto* activate = std::get_if<Activate>(&action))
    return add_waiting(activate->programme, context, view, accounts);
  if (const auto* reverse = std::get_if<Reverse>(&action)) {
    TRY(const auto of_order, accounts_of_order(reverse->programme, context, view));
    accounts.insert(of_order.begin(), of_order.end());
  }
  return {};
}

}  // namespace

Result<std::vector<AccountId>> accounts_touched(const TransactionContext& context,
                                                const StateView& view) {
  Accounts accounts;
  TRY_VOID(add_of_kind(context, view, accounts));
  TRY(const auto referrer, referrer_of(*context.action, context.height, *context.rules, view));
  if (referrer.has_value()) accounts.insert(*referrer);
  return std::vector<AccountId>(accounts.begin(), accounts.end());
}

}  // namespace tally::points
