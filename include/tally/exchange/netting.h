// Netting: from what merchants owe each other in a cycle to few payments (design/loyalty.md §17).
// Pure; one currency at a time.
#pragma once

#include <tally/base/micro_units.h>
#include <tally/model/ids.h>

#include <optional>
#include <span>
#include <vector>

namespace tally::exchange {

/// What `debtor` owes `creditor`; negative where more was taken back than arose.
struct Owed {
  MerchantId debtor;
  MerchantId creditor;
  MicroUnits amount;
  friend bool operator==(const Owed&, const Owed&) = default;
};

/// What is due between two merchants: in minor units, and above 0.
struct Due {
  MerchantId debtor;
  MerchantId creditor;
  std::int64_t minor_units = 0;
  friend bool operator==(const Due&, const Due&) = default;
};

/// Two merchants' account: what is due now, and what is carried.
struct Balances {
  std::vector<Due> dues;    ///< ascending by the pair's merchants; whole minor units
  std::vector<Owed> carry;  ///< the rests, each below a minor unit and above 0; as above
};
/// Of each pair: what is owed one way, less the other way, with the carry, which is owed too.
/// `owed` names a pair as often as it likes. nullopt: a pair's sum passes the range of MicroUnits,
/// or all dues together do, so that no net can pass what an integer holds.
/// REQUIRES: nobody owes itself.
[[nodiscard]] std::optional<Balances> balance_pairs(std::span<const Owed> owed,
                                                    std::uint8_t exponent);

/// What is due to a merchant less what it owes, in minor units.
struct Net {
  MerchantId merchant;
  std::int64_t minor_units = 0;
  friend bool operator==(const Net&, const Net&) = default;
};
/// Of all that `dues` name, ascending by merchant. They sum to 0 (law I6).
[[nodiscard]] std::vector<Net> nets(std::span<const Due> dues);

/// At most n − 1 payments that bring each net to 0: again and again the largest debtor pays the
/// largest creditor the smaller of the two amounts; ties go to the lower merchant id. In the order
/// in which they come about. REQUIRES: the nets sum to 0.
[[nodiscard]] std::vector<Due> payments(std::span<const Net> nets);

/// `whole` minor units over parts as large as `weights`, by largest remainder, ties to the earlier;
/// none gets more than its weight. REQUIRES: whole ≥ 0; each weight ≥ 0; all together fit int64.
[[nodiscard]] std::vector<std::int64_t> split_by_largest_remainder(
    std::int64_t whole, std::span<const std::int64_t> weights);

}  // namespace tally::exchange
