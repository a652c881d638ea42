// Books: every movement of points in one transaction or due entry. Heads, totals and receipt change
// together here and nowhere else, so that they cannot disagree.
#pragma once

#include <tally/model/receipt.h>
#include <tally/state/account.h>
#include <tally/state/programme_record.h>

#include <optional>
#include <string>
#include <vector>

namespace tally::state {

/// Lots that one transaction or due entry takes from, at most: it bounds its receipt.
inline constexpr std::size_t kLotsTakenMax = 4'096;
/// The same once the block's receipts are full (limits::kBlockLinesMax): two members who send each
/// other all their lots again and again would else make a block that no node can hold.
inline constexpr std::size_t kLotsTakenInFullBlock = 16;

/// A part of a lot, as the lot was before.
struct Piece {
  Lot lot;
  Points points;
};

class Books {
 public:
  /// Of the programme's totals as `view` has them. Borrows `receipt`.
  [[nodiscard]] static Result<Books> open(const StateView& view, MerchantId programme,
                                          Timestamp now, Receipt& receipt);

  Totals totals;  ///< for counts of members and transactions; points go through post

  /// One line: changes the account's sums and the totals by movement_of(kind), and is added to the
  /// receipt. `lot` is nullptr for kinds without one. False: a sum would leave its range; the
  /// transaction is AMOUNT_OVERFLOW, and nothing else of it counts.
  [[nodiscard]] bool post(LineKind kind, Account& account, const Lot* lot, Points points,
                          std::string source = {});

  /// A lot becomes available whose points were posted to AVAILABLE: settles debt first, the rest
  /// joins the account's lots. What is settled was never of the lot: original shrinks with it.
  /// False: as of post. Whether the account is full is for who brings points from outside.
  [[nodiscard]] Result<bool> add_lot(Account& account, Lot lot);

  /// `points` of a lot come back by a release or a returned redemption: posts `kind`; a lot that
  /// has expired meanwhile gets the rule's grace if it never had a later date, else it expires at
  /// once. Then as add_lot, but into a full account too: these points were there before.
  [[nodiscard]] Result<bool> bring_back(LineKind kind, Account& account, Lot lot, Points points,
                                        const ExpiryRule& rule);

  /// Takes `points` in FEFO order, a line of `kind` each. nullopt: they lie in more than `lots_max`
  /// lots, or a sum overflows: the account is spoilt then. REQUIRES: as many are available.
  [[nodiscard]] Result<std::optional<std::vector<Piece>>> take(LineKind kind, Account& account,
                                                               Points points, std::size_t lots_max);

  /// Enters the receipt into the account, if it is not yet, and writes it.
  [[nodiscard]] Result<void> close(Account& account, StateDelta& delta);
  /// Writes the totals. Last.
  [[nodiscard]] Result<void> close(StateDelta& delta);

 private:
  Books(MerchantId programme, Timestamp now, Receipt& receipt)
      : programme_(programme), now_(now), receipt_(&receipt) {}

  MerchantId programme_;
  Timestamp now_;
  Receipt* receipt_;
};

/// The line of a lot, and the lot of a line, its remaining `points`.
[[nodiscard]] ReceiptLine line_of(LineKind kind, const AccountId& account, const Lot& lot,
                                  Points points);
[[nodiscard]] Lot lot_of(const ReceiptLine& line);

}  // namespace tally::state
