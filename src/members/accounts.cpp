// Accounts as this domain asks for them.
#include "members/accounts.h"

#include <tally/base/check.h>
#include <tally/state/consent.h>
#include <tally/state/identity.h>

#include <algorithm>

namespace tally::members {

Result<Found> find_open(const AccountId& id, const TransactionContext& context,
                        const StateView& view) {
  TRY(const auto* const programme, context.rules->in_force(view, id.programme, context.height));
  if (programme == nullptr) return Found{Outcome::UnknownProgramme, {}};
  TRY(auto head, state::find_head(view, id));
  if (!head.has_value()) return Found{Outcome::UnknownMember, {}};
  return Found{state::check_open(*head), std::move(*head)};
}

Result<void> charge_pages(const std::vector<MemberId>& members, MerchantId programme,
                          const TransactionContext& context, const StateView& view) {
  for (const MemberId& member : members) {
    TRY(const std::uint64_t cost, state::cost_of_pages(view, {member, programme}));
    context.rules->charge(programme, 2 * cost);
  }
  return {};
}

Result<bool> is_merge_agreed(const AccountId& source, const MemberId& target,
                             const TransactionContext& context, const StateView& view) {
  TRY(const std::size_t operators, state::operators_agreeing(view, context, source.programme));
  if (operators >= 2) return true;
  TRY(const bool one, state::has_consent(view, context, source.member));
  TRY(const bool other, state::has_consent(view, context, target));
  return one && other;
}

bool has_open_holds(const state::AccountHead& head) {
  return !head.holds.empty() || head.holds_asked != 0;
}

Result<std::vector<AccountId>> accounts_of(const MemberId& member, const StateView& view) {
  TRY(const std::vector<MerchantId> merchants, state::merchants(view));
  std::vector<AccountId> accounts;
  for (const MerchantId programme : merchants) {
    const AccountId id{member, programme};
    TRY(const auto bytes, view.find(state::account_key(id)));
    if (bytes.has_value()) accounts.push_back(id);
  }
  return accounts;
}

Result<void> leave_pool(const AccountId& id, state::AccountHead& head, StateDelta& delta) {
  if (!head.pool.has_value()) return {};
  TRY(std::vector<MemberId> members, state::find_pool(delta, id.programme, *head.pool));
  std::erase(members, id.member);
  TRY_VOID(state::put_pool(delta, id.programme, *head.pool, members));
  head.pool.reset();
  return {};
}

}  // namespace tally::members
