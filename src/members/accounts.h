// Accounts as this domain asks for them. Whose word a change of one needs was checked before.
#pragma once

#include <tally/base/check.h>
#include <tally/members/members.h>
#include <tally/state/heads.h>

namespace tally::members {

/// Units of rule cost for a lot that moves from account to account, which takes microseconds.
inline constexpr std::uint64_t kCostOfMovedLot = 300;

/// The account's head. UnknownProgramme, UnknownMember or MemberClosed: there is none to change.
struct Found {
  Outcome outcome = Outcome::Accepted;
  state::AccountHead head;
};
[[nodiscard]] Result<Found> find_open(const AccountId& id, const TransactionContext& context,
                                      const StateView& view);

/// Charges the programme for reading and writing all lots of these members' accounts, which a merge
/// or its undoing does.
[[nodiscard]] Result<void> charge_pages(const std::vector<MemberId>& members, MerchantId programme,
                                        const TransactionContext& context, const StateView& view);

/// Whether a merge of the two, or its undoing, is agreed to: by two operators of the programme's
/// merchant, or by a key of each of the two.
[[nodiscard]] Result<bool> is_merge_agreed(const AccountId& source, const MemberId& target,
                                           const TransactionContext& context,
                                           const StateView& view);

/// Holds of its lots, or that it asked for: in a pool the two differ.
[[nodiscard]] bool has_open_holds(const state::AccountHead& head);

/// All accounts of the member, open or not, ascending.
[[nodiscard]] Result<std::vector<AccountId>> accounts_of(const MemberId& member,
                                                         const StateView& view);

/// The account that `change` is made to, changed, with the receipt entered. REQUIRES: it is there.
template <typename Change>
[[nodiscard]] Result<void> change_account(const AccountId& id, StateDelta& delta, Receipt& receipt,
                                          Change change) {
  TRY(auto account, state::Account::load(delta, id));
  CHECK(account.has_value());
  change(account->head);
  account->enter(receipt);
  return account->store(delta);
}

/// Takes the account out of its pool, if it is in one. The head is the caller's to store.
[[nodiscard]] Result<void> leave_pool(const AccountId& id, state::AccountHead& head,
                                      StateDelta& delta);

}  // namespace tally::members
