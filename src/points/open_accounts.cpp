// Accounts are found by the names that old receipts know them by.
#include "points/open_accounts.h"

#include <tally/base/check.h>

#include "points/heads.h"

namespace tally::points {

Result<state::Account*> OpenAccounts::find(const AccountId& id) {
  TRY(const AccountId now, account_now(*view_, id));
  auto place = open_.find(now);
  if (place == open_.end()) {
    TRY(auto account, state::Account::load(*view_, now));
    CHECK(account.has_value());
    place = open_.emplace(now, std::move(*account)).first;
  }
  state::Account* const account = &place->second;
  return account;
}

Result<void> OpenAccounts::close(state::Books& books, StateDelta& delta) {
  for (auto& [id, account] : open_)
    TRY_VOID(books.close(account, delta));
  return {};
}

}  // namespace tally::points
