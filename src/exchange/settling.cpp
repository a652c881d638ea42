#include "exchange/settling.h"

#include <tally/base/check.h>
#include <tally/state/consortium.h>
#include <tally/state/exposure.h>
#include <tally/state/issuer.h>

#include "exchange/positions.h"

#include <algorithm>
#include <map>
#include <string>

namespace tally::exchange {
namespace {

using state::CyclePositions;
using state::CycleRecord;
using state::Exposure;
using state::Payment;
using state::PaymentState;

/// Where nothing can be refused. No cycle closes with a payment that is not in range, and exposures
/// are held in it whenever something arises.
Error out_of_range(MerchantId debtor) {
  return Error{ErrorCode::Corrupt, "what merchant " + std::to_string(debtor.value()) +
                                       " owes is out of range; expected below 2^62 micro-units"};
}

Result<MicroUnits> in_micro_units(std::int64_t minor_units, std::uint8_t exponent,
                                  MerchantId debtor) {
  const Wide amount = Wide{minor_units} * micro_units_in_minor(exponent);
  if (amount >= (Wide{1} << 62U)) return out_of_range(debtor);
  const auto exact = MicroUnits::from(static_cast<std::int64_t>(amount));
  CHECK(exact.has_value());
  return *exact;
}

/// An instant whose cycle is open: a cycle that is closed is never added to.
Result<Timestamp> open_instant(const StateView& view, Timestamp at) {
  TRY(const state::SettlementRecord settlement, state::settlement(view));
  if (!settlement.last_closed.has_value()) return at;
  return std::max(at, state::start_of_cycle(*settlement.last_closed + 1));
}

/// One that leaves is held by its collateral and its end already.
Result<void> suspend(StateDelta& delta, MerchantId debtor) {
  TRY(state::IssuerRecord issuer, state::find_issuer(delta, debtor));
  if (issuer.state != state::IssuerState::Active) return {};
  issuer.state = state::IssuerState::Suspended;
  return state::put_issuer(delta, debtor, issuer);
}

/// Takes so much of the debtor's collateral for each of `unpaid` as there is; gives what it drew.
Result<std::vector<std::int64_t>> take_collateral(StateDelta& delta, const Default& what,
                                                  const std::vector<Payment*>& unpaid,
                                                  std::uint8_t exponent) {
  TRY(Exposure exposure, state::find_exposure(delta, what.debtor, what.currency));
  std::vector<std::int64_t> weights;
  for (const Payment* const payment : unpaid)
    weights.push_back(payment->minor_units);
  const std::int64_t whole = split_minor(exposure.collateral, exponent).minor_units;
  std::vector<std::int64_t> drawn = split_by_largest_remainder(whole, weights);
  Wide left{exposure.collateral.value()};
  for (const std::int64_t part : drawn)
    left -= Wide{part} * micro_units_in_minor(exponent);
  CHECK(left >= 0);
  exposure.collateral = MicroUnits::from(static_cast<std::int64_t>(left)).value();
  TRY_VOID(state::put_exposure(delta, what.debtor, what.currency, exposure));
  return drawn;
}

// The end of a cycle.

bool is_paid(const Payment& payment) {
  return payment.state == PaymentState::Confirmed || payment.state == PaymentState::Drawn;
}

bool is_all_paid(const CycleRecord& record) {
  return std::ranges::all_of(record.currencies, [](const CyclePositions& positions) {
    return std::ranges::all_of(positions.payments, is_paid);
  });
}

/// By how much the end of a cycle moves what each debtor owes in one currency.
using Movements = std::map<MerchantId, Wide>;

/// `amount` of what the lower merchant of the pair owes the higher one, times `times`, moves.
void move(Movements& movements, const Pair& pair, Wide amount, int times) {
  movements[amount > 0 ? pair.first : pair.second] += times * (amount > 0 ? amount : -amount);
}

/// What arose goes, as do the carries that the cycle took up; its own are owed from now on. What it
/// took up is what its positions have beyond what arose in it.
Movements settle_currency(const std::vector<Owed>& owed, const CyclePositions* positions,
                          std::uint8_t exponent) {
  Movements movements;
  std::map<Pair, Wide> taken_up;
  if (positions != nullptr) {
    taken_up = signed_balances(positions->pairs, exponent);
    for (const state::PairBalance& pair : positions->pairs)
      movements[pair.debtor] += pair.carry.value();
  }
  for (const Owed& entry : owed) {
    movements[entry.debtor] -= entry.amount.value();
    if (entry.debtor < entry.creditor)
      taken_up[{entry.debtor, entry.creditor}] -= entry.amount.value();
    else
      taken_up[{entry.creditor, entry.debtor}] += entry.amount.value();
  }
  for (const auto& [pair, amount] : taken_up)
    move(movements, pair, amount, -1);
  return movements;
}

Result<void> move_exposures(StateDelta& delta, Currency currency, const Movements& movements) {
  for (const auto& [debtor, change] : movements) {
    if (change == 0) continue;
    TRY(Exposure exposure, state::find_exposure(delta, debtor, currency));
    const Wide owed = Wide{exposure.owed.value()} + change;
    const Wide end = Wide{1} << 62U;
    if (owed <= -end || owed >= end) return out_of_range(debtor);
    exposure.owed = MicroUnits::from(static_cast<std::int64_t>(owed)).value();
    TRY_VOID(state::put_exposure(delta, debtor, currency, exposure));
  }
  return {};
}

Result<void> settle(StateDelta& delta, std::uint32_t cycle, const CycleRecord& record) {
  TRY(state::SettlementRecord settlement, state::settlement(delta));
  for (const Currency& currency : settlement.currencies) {
    TRY(const std::vector<Owed> owed, owed_in(delta, currency, cycle));
    TRY(const std::uint8_t exponent, exponent_of(delta, currency));
    const Movements movements = settle_currency(owed, find_positions(record, currency), exponent);
    TRY_VOID(move_exposures(delta, currency, movements));
    TRY_VOID(release_collateral(delta, currency));
  }
  std::erase(settlement.closed, cycle);
  return state::put_settlement(delta, settlement);
}

}  // namespace

Result<void> release_collateral(StateDelta& delta, Currency currency) {
  TRY(const std::vector<MerchantId> merchants, state::merchants(delta));
  for (const MerchantId merchant : merchants) {
    TRY(const state::IssuerRecord issuer, state::find_issuer(delta, merchant));
    if (issuer.state != state::IssuerState::Closed) continue;
    TRY(Exposure exposure, state::find_exposure(delta, merchant, currency));
    if (!exposure.owed.is_zero() || !exposure.reserved.is_zero()) continue;
    if (exposure.collateral.is_zero() && !exposure.cap.has_value()) continue;
    exposure.collateral = MicroUnits();
    exposure.cap.reset();
    TRY_VOID(state::put_exposure(delta, merchant, currency, exposure));
  }
  return {};
}

Payment* find_payment(CycleRecord& record, Currency currency, MerchantId debtor,
                      MerchantId creditor) {
  for (CyclePositions& positions : record.currencies) {
    if (positions.currency != currency) continue;
    for (Payment& payment : positions.payments)
      if (payment.debtor == debtor && payment.creditor == creditor) return &payment;
  }
  return nullptr;
}

Result<void> draw(StateDelta& delta, Receipt& receipt, const CycleRecord& record,
                  const Default& what, const std::vector<Payment*>& unpaid) {
  TRY(const std::uint8_t exponent, exponent_of(delta, what.currency));
  TRY(const auto drawn, take_collateral(delta, what, unpaid, exponent));
  TRY(const Timestamp at, open_instant(delta, what.at));
  for (std::size_t i = 0; i < unpaid.size(); ++i) {
    Payment& payment = *unpaid[i];
    CHECK(payment.debtor == what.debtor);
    payment.state = PaymentState::Drawn;
    payment.drawn = drawn[i];
    const std::int64_t rest = payment.minor_units - payment.drawn;
    if (rest == 0) continue;
    TRY(const MicroUnits amount, in_micro_units(rest, exponent, what.debtor));
    const Obligation unpaid_rest{what.debtor, payment.creditor,         what.currency,
                                 amount,      ObligationReason::Unpaid, record.closed_by};
    TRY(const bool is_entered, state::owe(delta, receipt, unpaid_rest, at));
    if (!is_entered) return out_of_range(what.debtor);
  }
  return suspend(delta, what.debtor);
}

Result<void> put_or_settle(StateDelta& delta, std::uint32_t cycle, CycleRecord record) {
  CHECK(record.state == state::CycleState::Advised);
  if (is_all_paid(record)) {
    record.state = state::CycleState::Settled;
    TRY_VOID(settle(delta, cycle, record));
  }
  return state::put_cycle(delta, cycle, record);
}

}  // namespace tally::exchange
