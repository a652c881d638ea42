// What points of one programme are in points of another (design/loyalty.md §16). Pure.
#pragma once

#include <tally/base/money.h>
#include <tally/base/points.h>

#include <cstdint>
#include <optional>

namespace tally::state {

/// Points of B for one point of A: `numerator()` of B are `denominator()` of A.
/// From A's bid and B's ask, micro-units of one currency for a point, 1 … 10^9 each.
[[nodiscard]] Rate cross_rate(std::int64_t bid_of_a, std::int64_t ask_of_b);

/// What an exchange takes of A, charge and fee, and gives of B.
struct Exchanged {
  Points charge;
  Points fee;
  Points credit;  ///< 0: too few points were offered for one of B
  friend bool operator==(const Exchanged&, const Exchanged&) = default;
};

/// In: `offered` points of A at most. What is not needed stays with the member, so that
/// fee + charge ≤ offered. `fee_bp`: basis points, 0 … 10,000.
/// nullopt: the credit is more than kPointsMax.
[[nodiscard]] std::optional<Exchanged> exchange_in(Points offered, const Rate& rate,
                                                   std::uint32_t fee_bp);
/// Out: `wanted` points of B exactly, with the fee on top of the charge.
/// nullopt: charge and fee together are more than kPointsMax.
[[nodiscard]] std::optional<Exchanged> exchange_out(Points wanted, const Rate& rate,
                                                    std::uint32_t fee_bp);

/// What the first lots of a charge give of its credit: FLOOR(charged_so_far · credit / charge).
/// What a lot gives is the difference to the lots before it, so the parts add up to the credit.
/// REQUIRES: charged_so_far ≤ exchanged.charge, which is above 0.
[[nodiscard]] Points credited_so_far(const Exchanged& exchanged, Points charged_so_far);

}  // namespace tally::state
