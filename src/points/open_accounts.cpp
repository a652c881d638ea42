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

Result<void> OpenAccounts::close(OpenBooks& books, StateDelta& delta) {
  for (auto& [id, account] : open_) {
    TRY(state::Books* const of, books.of(id.programme));
    TRY_VOID(of->close(account, delta));
  }
  return {};
}

Result<state::Books*> OpenBooks::of(MerchantId programme) {
  auto place = open_.find(programme);
  if (place == open_.end()) {
    TRY(state::Books books, state::Books::open(*view_, programme, now_, *receipt_));
    place = open_.emplace(programme, std::move(books)).first;
  }
  state::Books* const books = &place->second;
  return books;
}

Result<void> OpenBooks::close(StateDelta& delta) {
  for (auto& [programme, books] : open_)
    TRY_VOID(books.close(delta));
  return {};
}

}  // namespace tally::points
