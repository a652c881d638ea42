#include "exchange/positions.h"

#include <tally/state/consortium.h>

#include <algorithm>

namespace tally::exchange {

Result<std::vector<Owed>> owed_in(const state::StateView& view, Currency currency,
                                  std::uint32_t cycle) {
  TRY(const std::vector<MerchantId> merchants, state::merchants(view));
  std::vector<Owed> owed;
  for (const MerchantId debtor : merchants) {
    for (const MerchantId creditor : merchants) {
      if (debtor == creditor) continue;
      TRY(const MicroUnits amount, state::find_owed(view, currency, cycle, debtor, creditor));
      if (!amount.is_zero()) owed.push_back({debtor, creditor, amount});
    }
  }
  return owed;
}

std::map<Pair, Wide> signed_balances(std::span<const state::PairBalance> balances,
                                     std::uint8_t exponent) {
  std::map<Pair, Wide> owed;
  for (const state::PairBalance& pair : balances) {
    const Wide amount = Wide{pair.due} * micro_units_in_minor(exponent) + Wide{pair.carry.value()};
    if (pair.debtor < pair.creditor)
      owed[{pair.debtor, pair.creditor}] += amount;
    else
      owed[{pair.creditor, pair.debtor}] -= amount;
  }
  return owed;
}

const state::CyclePositions* find_positions(const state::CycleRecord& record, Currency currency) {
  const auto found =
      std::ranges::find(record.currencies, currency, &state::CyclePositions::currency);
  return found == record.currencies.end() ? nullptr : &*found;
}

Result<std::uint8_t> exponent_of(const state::StateView& view, Currency currency) {
  TRY(const auto exponent, state::currency_exponent(view, currency));
  if (!exponent.has_value())
    return Error{ErrorCode::Corrupt, "currency " + to_hex(currency.view()) +
                                         ", in which something is owed, is none of the chain's"};
  return *exponent;
}

}  // namespace tally::exchange
