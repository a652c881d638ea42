// The head alone of an account: where no lot is needed.
#include <tally/state/heads.h>

namespace tally::state {

Result<std::optional<AccountHead>> find_head(const StateView& view, const AccountId& id) {
  TRY(const auto account, view.find(account_key(id)));
  if (!account.has_value()) return std::optional<AccountHead>();
  TRY(AccountHead head, decode_account_head(*account));
  return std::optional<AccountHead>(std::move(head));
}

Result<AccountId> account_now(const StateView& view, AccountId id) {
  for (int hop = 0; hop < kAliasHopsMax; ++hop) {
    TRY(const auto account, view.find(account_key(id)));
    if (!account.has_value()) break;
    TRY(const std::optional<MemberId> target, decode_alias(*account));
    if (!target.has_value()) break;
    id.member = *target;
  }
  return id;
}

Outcome check_open(const AccountHead& head) {
  const bool has_ended = head.state == AccountState::Closed || head.state == AccountState::Merged;
  return has_ended ? Outcome::MemberClosed : Outcome::Accepted;
}

Outcome check_may_spend(const AccountHead& head) {
  const bool is_frozen = head.state == AccountState::Soft || head.state == AccountState::Fraud;
  return is_frozen ? Outcome::MemberFrozen : check_open(head);
}

Result<std::uint64_t> cost_of_pages(const StateView& view, const AccountId& id) {
  constexpr std::uint64_t kCostOfPage = 3'000;  // some ten microseconds
  TRY(const auto bytes, view.find(account_key(id)));
  if (!bytes.has_value()) return std::uint64_t{0};
  TRY(const AccountRecord record, decode_account(*bytes));
  return kCostOfPage *
         (record.dated.further.size() + record.idle.further.size() + record.waiting.further.size());
}

}  // namespace tally::state
