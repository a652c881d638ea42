// A purse is one account, or a pool's: taking from it goes lot by lot over all of them.
#include "points/pools.h"

#include <tally/base/check.h>
#include <tally/state/identity.h>

#include "points/heads.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tally::points {

using state::Account;
using state::AccountHead;
using state::HeldPiece;
using state::Lot;

namespace {

/// A frozen member's lots are not used by the others.
bool lends(const AccountHead& head) {
  return check_may_spend(head) == Outcome::Accepted;
}

/// The first of all in FEFO order; REQUIRES: a lot is left.
std::size_t first_of(const std::vector<std::optional<Lot>>& lots) {
  std::optional<std::size_t> first;
  for (std::size_t i = 0; i < lots.size(); ++i) {
    if (!lots[i].has_value()) continue;
    const auto key = [&](std::size_t at) {
      return std::tie(lots[at]->expires_at, lots[at]->earned_at);  // then the lower member: i
    };
    if (!first.has_value() || key(i) < key(*first)) first = i;
  }
  CHECK(first.has_value());
  return *first;
}

Points sum_of(Points a, Points b) {
  return checked_add(a, b).value();  // at most what is available in the programme
}

}  // namespace

Result<std::vector<MemberId>> members_of_pool(const StateView& view, const AccountId& id,
                                              const AccountHead& head) {
  if (!head.pool.has_value()) return std::vector<MemberId>{id.member};
  return state::find_pool(view, id.programme, *head.pool);
}

Result<Points> available_to(const StateView& view, const AccountId& id, const AccountHead& head) {
  TRY(const std::vector<MemberId> members, members_of_pool(view, id, head));
  Points available = head.available;
  for (const MemberId& member : members) {
    if (member == id.member) continue;
    TRY(const auto other, find_head(view, AccountId{member, id.programme}));
    CHECK(other.has_value());
    if (lends(*other)) available = sum_of(available, other->available);
  }
  return available;
}

Result<Purse> Purse::load(const StateView& view, const AccountId& asker) {
  TRY(const auto head, find_head(view, asker));
  CHECK(head.has_value());
  TRY(const std::vector<MemberId> members, members_of_pool(view, asker, *head));
  std::vector<Account> accounts;
  std::size_t asker_at = 0;
  for (const MemberId& member : members) {
    TRY(auto account, Account::load(view, AccountId{member, asker.programme}));
    CHECK(account.has_value());
    if (member == asker.member)
      asker_at = accounts.size();
    else if (!lends(account->head))
      continue;
    accounts.push_back(std::move(*account));
  }
  CHECK(asker_at < accounts.size());
  CHECK(accounts[asker_at].id() == asker);
  return Purse(std::move(accounts), asker_at);
}

Points Purse::available() const {
  Points available;
  for (const Account& account : accounts_)
    available = sum_of(available, account.head.available);
  return available;
}

Result<std::vector<std::optional<Lot>>> Purse::first_lots() {
  std::vector<std::optional<Lot>> lots;
  for (Account& account : accounts_) {
    TRY(auto lot, account.first_lot());
    lots.push_back(std::move(lot));
  }
  return lots;
}

Result<std::optional<std::vector<HeldPiece>>> Purse::take(state::Books& books, LineKind kind,
                                                          Points points, std::size_t lots_max) {
  using Pieces = std::optional<std::vector<HeldPiece>>;
  std::vector<HeldPiece> pieces;
  TRY(auto firsts, first_lots());
  while (!points.is_zero()) {
    if (pieces.size() == lots_max) return Pieces();
    const std::size_t at = first_of(firsts);
    Account& account = accounts_[at];
    const Points taken = smaller(points, firsts[at]->remaining);
    TRY(const auto piece, books.take(kind, account, taken, 1));
    if (!piece.has_value()) return Pieces();
    pieces.push_back(HeldPiece{account.id().member, piece->front().lot, taken});
    touched_.insert(at);
    points = checked_subtract(points, taken).value();
    TRY(firsts[at], account.first_lot());
  }
  return Pieces(std::move(pieces));
}

Account& Purse::account_of(const MemberId& member) {
  const auto at = std::find_if(accounts_.begin(), accounts_.end(), [&](const Account& account) {
    return account.id().member == member;
  });
  CHECK(at != accounts_.end());
  return *at;
}

Result<void> Purse::close(state::Books& books, StateDelta& delta) {
  for (const std::size_t at : touched_)
    TRY_VOID(books.close(accounts_[at], delta));
  return books.close(delta);
}

}  // namespace tally::points
