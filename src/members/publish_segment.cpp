// PublishSegment: which members a merchant counts to a group, for its campaigns
// (design/loyalty.md §22).
#include <tally/members/members.h>

#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/state/heads.h>

#include <algorithm>

namespace tally::members {
namespace {

using state::Account;
using Segments = std::vector<std::string>;

/// Units of rule cost for an account that is read and written, which takes some ten microseconds.
constexpr std::uint64_t kCostOfMember = 1'000;

/// Members added are known and have room. One who is to leave may be unknown or in no such segment:
/// that is what the merchant wants.
Result<Outcome> check_added(const PublishSegment& action, const MemberId& member,
                            const StateView& view) {
  TRY(const auto bytes, view.find(state::account_key(AccountId{member, action.programme})));
  if (!bytes.has_value()) return Outcome::UnknownMember;
  TRY(const state::AccountHead head, state::decode_account_head(*bytes));
  const Outcome open = state::check_open(head);
  if (open != Outcome::Accepted) return open;
  const Segments& segments = head.standing.segments;
  const bool is_in = std::binary_search(segments.begin(), segments.end(), action.segment);
  const bool has_room = is_in || segments.size() < limits::kSegmentsMax;
  return has_room ? Outcome::Accepted : Outcome::TooManySegments;
}

void set_segment(Segments& segments, const std::string& segment, bool is_in) {
  const auto [first, last] = std::equal_range(segments.begin(), segments.end(), segment);
  if (is_in && first == last) segments.insert(first, segment);
  if (!is_in) segments.erase(first, last);
}

Result<void> change(const AccountId& id, const std::string& segment, bool is_in, StateDelta& delta,
                    Receipt& receipt) {
  TRY(auto account, Account::load(delta, id));
  if (!account.has_value()) return {};
  set_segment(account->head.standing.segments, segment, is_in);
  account->enter(receipt);
  return account->store(delta);
}

}  // namespace

Result<Outcome> preclaim(const PublishSegment& action, const TransactionContext& context,
                         const StateView& view) {
  TRY(const auto* const programme, context.rules->in_force(view, action.programme, context.height));
  if (programme == nullptr) return Outcome::UnknownProgramme;
  if (context.rules->is_spent(action.programme)) return Outcome::BlockFull;
  context.rules->charge(action.programme,
                        kCostOfMember * (action.add.size() + action.remove.size()));
  for (const MemberId& member : action.add) {
    TRY(const Outcome checked, check_added(action, member, view));
    if (checked != Outcome::Accepted) return checked;
  }
  return Outcome::Accepted;
}

Result<Outcome> apply(const PublishSegment& action, const TransactionContext&, StateDelta& delta,
                      Receipt& receipt) {
  for (const MemberId& member : action.add)
    TRY_VOID(change(AccountId{member, action.programme}, action.segment, true, delta, receipt));
  for (const MemberId& member : action.remove)
    TRY_VOID(change(AccountId{member, action.programme}, action.segment, false, delta, receipt));
  return Outcome::Accepted;
}

}  // namespace tally::members
