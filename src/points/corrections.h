// What operators' corrections have in common: whom they concern, and who must agree.
#pragma once

#include <tally/points/points.h>
#include <tally/state/account.h>

namespace tally::points {

/// Units of rule cost for each account that one correction of many reads and writes, which takes
/// some ten microseconds.
inline constexpr std::uint64_t kCostOfAccount = 1'000;

/// A member's head, where an operator may correct it: its account is there and has not ended.
/// Frozen ones may be corrected.
struct Corrected {
  Outcome outcome = Outcome::Accepted;  ///< or UnknownMember, MemberClosed
  state::AccountHead head;
};
[[nodiscard]] Result<Corrected> find_corrected(const StateView& view, const AccountId& id);

/// ApprovalsMissing where fewer than two operators of `merchant` agree.
[[nodiscard]] Result<Outcome> check_two_operators(const StateView& view,
                                                  const TransactionContext& context,
                                                  MerchantId merchant);

/// The lot of `points` that an operator gives at block time, by the rules of the programme in
/// force, as the `entry`-th of its transaction. Its date is set, and the head's, if it is idle.
[[nodiscard]] state::Lot given_lot(Points points, const state::ProgrammeRecord& record,
                                   const TransactionContext& context, std::uint16_t entry,
                                   state::Account& account);

}  // namespace tally::points
