// The accounts that one transaction changes, each loaded once.
#pragma once

#include <tally/points/points.h>
#include <tally/state/books.h>

#include <map>

namespace tally::points {

/// The books of each programme that one transaction posts in, each opened once.
class OpenBooks {
 public:
  /// Borrows both.
  OpenBooks(const StateView& view, Timestamp now, Receipt& receipt)
      : view_(&view), now_(now), receipt_(&receipt) {}

  /// Lives as long as this.
  [[nodiscard]] Result<state::Books*> of(MerchantId programme);
  /// Writes them all. Last.
  [[nodiscard]] Result<void> close(StateDelta& delta);

 private:
  const StateView* view_;
  Timestamp now_;
  Receipt* receipt_;
  std::map<MerchantId, state::Books> open_;
};

class OpenAccounts {
 public:
  /// Borrows `view`.
  explicit OpenAccounts(const StateView& view) : view_(&view) {}

  /// The account that `id` is now: a merged one's target. Lives as long as this.
  /// REQUIRES: it was opened once.
  [[nodiscard]] Result<state::Account*> find(const AccountId& id);
  /// Writes them all.
  [[nodiscard]] Result<void> close(OpenBooks& books, StateDelta& delta);

 private:
  const StateView* view_;
  std::map<AccountId, state::Account> open_;
};

}  // namespace tally::points
