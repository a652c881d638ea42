// The end of a programme, account by account (design/loyalty.md §17).
#include <tally/base/check.h>
#include <tally/points/points.h>
#include <tally/state/books.h>
#include <tally/state/exposure.h>

#include <limits>

namespace tally::points {
namespace {

using state::Account;
using state::Books;

Result<void> end_lots(Books& books, Account& account, Receipt& receipt) {
  const std::size_t first = receipt.lines.size();
  TRY(const auto lots,
      books.take(LineKind::Expired, account, account.head.available,
                 std::numeric_limits<std::size_t>::max()));  // it ends once, however many there are
  CHECK(lots.has_value());  // all of it came into the programme, which bounds every sum
  for (std::size_t i = first; i < receipt.lines.size(); ++i)
    receipt.lines[i].source = kProgrammeClosed;
  return {};
}

/// What others were going to pay for they do not owe.
Result<void> end_waiting(Books& books, Account& account, StateDelta& delta) {
  TRY(const std::vector<state::PendingLot> waiting, account.all_pending());
  for (const state::PendingLot& pending : waiting) {
    const Points points = pending.lot.remaining;
    TRY_VOID(account.take_pending(state::pending_key(pending), points));
    CHECK(books.post(LineKind::ForfeitedPending, account, &pending.lot, points,
                     std::string(kProgrammeClosed)));
    if (!pending.reserved.has_value()) continue;
    TRY(const bool is_free, state::reserve(delta, *pending.reserved, points, -1));
    CHECK(is_free);
  }
  return {};
}

}  // namespace

Result<std::optional<Receipt>> end_with_programme(const AccountId& id, Timestamp at,
                                                  const DueContext& context, StateDelta& delta) {
  TRY(auto account, Account::load(delta, id));
  CHECK(account.has_value());
  CHECK(account->head.holds.empty());
  if (account->head.available.is_zero() && account->head.pending.is_zero())
    return std::optional<Receipt>();
  Receipt receipt;
  receipt.position = context.place;
  TRY(Books books, Books::open(delta, id.programme, at, receipt));
  TRY_VOID(end_lots(books, *account, receipt));
  TRY_VOID(end_waiting(books, *account, delta));
  TRY_VOID(account->forget_expired_before(Timestamp::never()));
  account->head.idle_at = Timestamp::never();
  TRY_VOID(books.close(*account, delta));
  TRY_VOID(books.close(delta));
  return std::optional(std::move(receipt));
}

}  // namespace tally::points
