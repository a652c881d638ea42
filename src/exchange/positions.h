// Positions of a cycle: what merchants owe each other in it, pair by pair (design/loyalty.md §17).
#pragma once

#include <tally/base/micro_units.h>
#include <tally/exchange/netting.h>
#include <tally/state/settlement.h>

#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace tally::exchange {

/// A pair of merchants, the lower one first.
using Pair = std::pair<MerchantId, MerchantId>;

/// What arose in the cycle between all merchants, each way that is not 0.
[[nodiscard]] Result<std::vector<Owed>> owed_in(const state::StateView& view, Currency currency,
                                                std::uint32_t cycle);

/// What each pair of `balances` owes by its due and its carry: the higher merchant's debt to the
/// lower one is negative. In 128 bits, as a due of many minor units passes 63 bits of micro-units.
__extension__ using Wide = __int128;
[[nodiscard]] std::map<Pair, Wide> signed_balances(std::span<const state::PairBalance> balances,
                                                   std::uint8_t exponent);

/// The currency's part of `record`; nullptr: it has none.
[[nodiscard]] const state::CyclePositions* find_positions(const state::CycleRecord& record,
                                                          Currency currency);

/// The currency's exponent. Corrupt: it is none of the consortium's.
[[nodiscard]] Result<std::uint8_t> exponent_of(const state::StateView& view, Currency currency);

}  // namespace tally::exchange
