// LineCount: every account's points and every programme's totals again, from receipts alone.
#pragma once

#include <tally/model/receipt.h>
#include <tally/state/state_view.h>

#include <array>
#include <cstdint>
#include <map>

namespace tally::audit {

/// The accounts of a programme's double entry (design/loyalty.md §3). Transit is between members:
/// what a receipt puts there, it takes from there.
enum class Book : std::uint8_t {
  Issued,
  Available,
  Pending,
  Held,
  Debt,
  Redeemed,
  Clawed,
  Expired,
  Fees,
  Forfeited,
  Transit,
  ExchangedOut,
  ExchangedIn,
};
inline constexpr std::size_t kBooks = 13;
/// What each book has, in points. Their sum is 0: Issued, ExchangedIn and Debt stand
/// below it.
using Balances = std::array<std::int64_t, kBooks>;

/// Counts postings by a table of its own, not by the one that execution moves points by: so that a
/// mistake there would have to be made twice.
class LineCount {
 public:
  /// Corrupt: a refused receipt with lines, or one whose lines do not balance.
  [[nodiscard]] Result<void> add(const Receipt& receipt);

  /// That heads and totals in `records` are what the receipts came to. Corrupt: the account or
  /// programme, the sum, and both sides.
  [[nodiscard]] Result<void> compare(const std::map<state::RecordKey, Bytes>& records) const;

 private:
  struct Programme {
    Balances balances{};
    std::int64_t unrecovered = 0;  ///< memos
    std::int64_t sent = 0;
  };

  void post(const ReceiptLine& line);

  std::map<AccountId, Balances> accounts_;
  std::map<MerchantId, Programme> programmes_;
};

}  // namespace tally::audit
