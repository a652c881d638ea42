// Who owes for points, beside who has them (design/loyalty.md §8, §16).
#pragma once

#include <tally/points/points.h>
#include <tally/state/reservation.h>

#include <tally/rules/evaluate.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tally::points {

/// Who may be charged for a programme's points, and how much of it.
struct FundingTerms {
  MerchantId issuer;
  std::optional<PointPrice> ask;  ///< none: the issuer has no quote in force
  struct Payer {
    std::string name;  ///< on the ledger, by which the programme means it
    MerchantId merchant;
    Points room;
  };
  std::vector<Payer> payers;  ///< that the programme names

  /// For the rules. Views the payers' names.
  [[nodiscard]] std::vector<rules::FunderRoom> rooms() const;
  /// At which price the funder comes to owe; nullopt: it does not.
  [[nodiscard]] std::optional<state::Reservation> reservation_of(const Funder& funder) const;
};
/// As of `at`. Nothing is read where the programme names no merchant that funds anything.
[[nodiscard]] Result<FundingTerms> find_funding(const Programme& programme, MerchantId issuer,
                                                Timestamp at, const StateView& view);

/// What of an award others pay for.
struct Funded {
  std::map<state::Reservation, Points> at_once;
  std::map<state::Reservation, Points> waiting;
};
/// Reserves what waits, and enters what is owed at once, with its price, into the receipt. False:
/// a sum is out of range.
[[nodiscard]] Result<bool> charge_funders(const Funded& funded, Timestamp at, StateDelta& delta,
                                          Receipt& receipt);

/// The debtor comes to owe for `points` at the price of `terms`, as of `at`. With `origin`, the
/// receipt in which that arose, it takes so much back. False: a sum is out of range.
[[nodiscard]] Result<bool> owe_for(const state::Reservation& terms, Points points,
                                   ObligationReason reason, Timestamp at, StateDelta& delta,
                                   Receipt& receipt,
                                   const std::optional<Position>& origin = std::nullopt);

}  // namespace tally::points
