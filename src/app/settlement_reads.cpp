// Records to reports. A node gives a merchant its own records and those of all; what it keeps back
// is left out, and said to be.
#include "app/settlement_reads.h"

#include <tally/base/bytes.h>
#include <tally/base/check.h>
#include <tally/state/consortium.h>

#include <algorithm>
#include <set>

namespace tally::app {
namespace {

/// nullopt: the node keeps the record back.
template <typename T>
Result<std::optional<T>> unless_withheld(Result<T> read) {
  if (read.ok()) return std::optional<T>(std::move(read).value());
  if (read.error().code == ErrorCode::Refused) return std::optional<T>();
  return std::move(read).error();
}

bool concerns(const std::optional<MerchantId>& merchant, MerchantId one, MerchantId other) {
  return !merchant.has_value() || one == *merchant || other == *merchant;
}

Result<std::set<Currency>> currencies_of(const state::StateView& view,
                                         const std::vector<MerchantId>& merchants) {
  TRY(const state::SettlementRecord record, state::settlement(view));
  std::set<Currency> currencies(record.currencies.begin(), record.currencies.end());
  for (const MerchantId merchant : merchants) {
    TRY(const state::QuoteRecord quotes, state::find_quotes(view, merchant));
    for (const auto* const slot : {&quotes.last, &quotes.next})
      if (slot->has_value()) currencies.insert((*slot)->currency);
  }
  return currencies;
}

/// What arose in one cycle that is open.
Result<void> read_arisen(const state::StateView& view, const Consortium& consortium,
                         std::uint32_t cycle, const std::optional<MerchantId>& merchant,
                         Positions& positions) {
  for (const auto& [currency, places] : consortium.places)
    for (const auto& [debtor, debtor_name] : consortium.merchants)
      for (const auto& [creditor, creditor_name] : consortium.merchants) {
        if (debtor == creditor || !concerns(merchant, debtor, creditor)) continue;
        TRY(const auto amount,
            unless_withheld(state::find_owed(view, currency, cycle, debtor, creditor)));
        if (!amount.has_value())
          positions.withheld = true;
        else if (!amount->is_zero())
          positions.arisen.push_back({cycle, currency, debtor, creditor, *amount});
      }
  return {};
}

void leave_out_others(MerchantId merchant, state::CycleRecord& record) {
  for (state::CyclePositions& positions : record.currencies) {
    const auto is_others = [&](const auto& entry) {
      return !concerns(merchant, entry.debtor, entry.creditor);
    };
    std::erase_if(positions.pairs, is_others);
    std::erase_if(positions.payments, is_others);
    std::erase_if(positions.nets,
                  [&](const state::NetPosition& net) { return net.merchant != merchant; });
  }
}

std::set<std::uint32_t> cycles_wanted(const state::SettlementRecord& record,
                                      const PositionsWanted& wanted) {
  if (wanted.cycle.has_value()) return {*wanted.cycle};
  std::set<std::uint32_t> cycles(record.open.begin(), record.open.end());
  cycles.insert(record.closed.begin(), record.closed.end());
  if (record.last_closed.has_value()) cycles.insert(*record.last_closed);
  return cycles;
}

}  // namespace

std::string Consortium::name_of(MerchantId merchant) const {
  const auto found = merchants.find(merchant);
  return found == merchants.end() ? "merchant " + std::to_string(merchant.value()) : found->second;
}

std::uint8_t Consortium::places_of(Currency currency) const {
  constexpr std::uint8_t kMost = 6;
  const auto found = places.find(currency);
  return found == places.end() ? kMost : found->second;
}

Result<Consortium> read_consortium(const state::StateView& view) {
  Consortium consortium;
  TRY(const std::vector<MerchantId> merchants, state::merchants(view));
  for (const MerchantId merchant : merchants) {
    TRY(const auto record, state::find_merchant(view, merchant));
    consortium.merchants[merchant] = record.has_value() ? printable(record->name) : "";
  }
  TRY(const std::set<Currency> currencies, currencies_of(view, merchants));
  for (const Currency currency : currencies) {
    TRY(const auto places, state::currency_exponent(view, currency));
    if (places.has_value()) consortium.places[currency] = *places;
  }
  return consortium;
}

Result<Positions> read_positions(const state::StateView& view, const Consortium& consortium,
                                 const PositionsWanted& wanted) {
  TRY(const state::SettlementRecord record, state::settlement(view));
  Positions positions;
  for (const std::uint32_t cycle : cycles_wanted(record, wanted)) {
    TRY(auto closed, state::find_cycle(view, cycle));
    if (!closed.has_value()) {
      TRY_VOID(read_arisen(view, consortium, cycle, wanted.merchant, positions));
      continue;
    }
    if (wanted.merchant.has_value()) leave_out_others(*wanted.merchant, *closed);
    positions.cycles.push_back({cycle, std::move(*closed)});
  }
  return positions;
}

std::int64_t DebtorExposure::total() const {
  return exposure.owed.value() + exposure.reserved.value();  // both below 2^62
}

std::int64_t DebtorExposure::cap() const {
  return exposure.cap.value_or(exposure.collateral).value();
}

std::optional<std::int64_t> DebtorExposure::used_ppm() const {
  constexpr std::int64_t kMillion = 1'000'000;
  if (cap() <= 0) return std::nullopt;
  return muldiv(std::max<std::int64_t>(total(), 0), kMillion, cap(), Rounding::Floor);
}

Result<Exposures> read_exposures(const state::StateView& view, const Consortium& consortium,
                                 std::optional<MerchantId> merchant) {
  Exposures exposures;
  for (const auto& [debtor, name] : consortium.merchants) {
    if (!concerns(merchant, debtor, debtor)) continue;
    TRY(const auto issuer, unless_withheld(state::find_issuer(view, debtor)));
    for (const auto& [currency, places] : consortium.places) {
      TRY(const auto exposure, unless_withheld(state::find_exposure(view, debtor, currency)));
      if (!exposure.has_value())
        exposures.withheld = true;
      else if (*exposure != state::Exposure())
        exposures.debtors.push_back(
            {debtor, currency, *exposure, issuer.value_or(state::IssuerRecord()).state});
    }
  }
  return exposures;
}

std::int64_t IssuerLiability::outstanding() const {
  return totals.available.value() + totals.held.value() + totals.pending.value();
}

std::optional<MicroUnits> IssuerLiability::worth() const {
  const std::optional<Points> points = Points::from(outstanding());
  if (!quote.has_value() || !points.has_value()) return std::nullopt;
  return price_of(*points, quote->bid);
}

Result<Liabilities> read_liabilities(const state::StateView& view, Timestamp now,
                                     const Consortium& consortium,
                                     std::optional<MerchantId> merchant) {
  Liabilities liabilities;
  for (const auto& [issuer, name] : consortium.merchants) {
    if (!concerns(merchant, issuer, issuer)) continue;
    TRY(const auto totals, unless_withheld(state::totals(view, issuer)));
    if (!totals.has_value()) {
      liabilities.withheld = true;
      continue;
    }
    TRY(const auto record, unless_withheld(state::find_issuer(view, issuer)));
    TRY(auto quote, state::find_quote(view, issuer, now));
    liabilities.issuers.push_back(
        {issuer, record.value_or(state::IssuerRecord()).state, *totals, quote});
  }
  return liabilities;
}

}  // namespace tally::app
