// The accounts that one transaction changes, each loaded once.
#pragma once

#include <tally/points/points.h>
#include <tally/state/books.h>

#include <map>

namespace tally::points {

class OpenAccounts {
 public:
  /// Borrows `view`.
  explicit OpenAccounts(const StateView& view) : view_(&view) {}

  /// The account that `id` is now: a merged one's target. Lives as long as this.
  /// REQUIRES: it was opened once.
  [[nodiscard]] Result<state::Account*> find(const AccountId& id);
  /// Writes them all.
  [[nodiscard]] Result<void> close(state::Books& books, StateDelta& delta);

 private:
  const StateView* view_;
  std::map<AccountId, state::Account> open_;
};

}  // namespace tally::points
