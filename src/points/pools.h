// Purses: whose lots a member may spend. Alone its own; in a pool those of all its members
// (design/loyalty.md §13).
#pragma once

#include <tally/points/points.h>
#include <tally/state/books.h>
#include <tally/state/hold.h>

#include <cstddef>
#include <optional>
#include <set>
#include <vector>

namespace tally::points {

/// The members of the pool that `head`'s account is in, ascending; of one that is in none, itself.
[[nodiscard]] Result<std::vector<MemberId>> members_of_pool(const StateView& view,
                                                            const AccountId& id,
                                                            const state::AccountHead& head);

/// What is available to the member whose `head` it is: in a pool the sum over all of its accounts,
/// but for those of frozen members.
[[nodiscard]] Result<Points> available_to(const StateView& view, const AccountId& id,
                                          const state::AccountHead& head);

/// The accounts that a member spends from, under change.
class Purse {
 public:
  /// REQUIRES: the account is there. Borrows `view`.
  [[nodiscard]] static Result<Purse> load(const StateView& view, const AccountId& asker);

  [[nodiscard]] state::Account& asker() { return accounts_[asker_]; }
  /// As available_to.
  [[nodiscard]] Points available() const;

  /// Takes `points` first expired, first out over all accounts, the member id before the lot id
  /// (design/loyalty.md §4): a line of `kind` each. nullopt: they lie in more than `lots_max` lots,
  /// or a sum overflows; then nothing of it counts. REQUIRES: as many are available.
  [[nodiscard]] Result<std::optional<std::vector<state::HeldPiece>>> take(state::Books& books,
                                                                          LineKind kind,
                                                                          Points points,
                                                                          std::size_t lots_max);
  /// The accounts of those whom pieces were taken from.
  [[nodiscard]] state::Account& account_of(const MemberId& member);

  /// Writes the asker's account and all that were taken from.
  [[nodiscard]] Result<void> close(state::Books& books, StateDelta& delta);

 private:
  Purse(std::vector<state::Account> accounts, std::size_t asker)
      : accounts_(std::move(accounts)), asker_(asker), touched_{asker} {}

  [[nodiscard]] Result<std::vector<std::optional<state::Lot>>> first_lots();

  std::vector<state::Account> accounts_;  ///< ascending by member
  std::size_t asker_;
  std::set<std::size_t> touched_;
};

}  // namespace tally::points
