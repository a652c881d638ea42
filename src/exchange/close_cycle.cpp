// CloseCycle: what merchants owe each other for a period that is over, pinned for good.
#include <tally/base/canary.h>
#include <tally/base/limits.h>
#include <tally/exchange/exchange.h>
#include <tally/state/exposure.h>
#include <tally/state/issuer.h>
#include <tally/state/settlement.h>

#include "exchange/positions.h"

#include <algorithm>

namespace tally::exchange {
namespace {

using state::CyclePositions;
using state::CycleRecord;
using state::CycleState;
using state::PairBalance;
using state::SettlementRecord;

/// In units of a rule's cost, some 10 ns: a record that is mostly not there.
constexpr std::uint64_t kCostOfRecord = 100;

/// The pairs of `balances`, each with its due, its carry, or both: they have the same debtor.
std::vector<PairBalance> pairs_of(const Balances& balances) {
  std::map<Pair, PairBalance> pairs;
  const auto of = [&](MerchantId debtor, MerchantId creditor) -> PairBalance& {
    PairBalance& pair = pairs[Pair(std::minmax(debtor, creditor))];
    pair.debtor = debtor;
    pair.creditor = creditor;
    return pair;
  };
  for (const Due& due : balances.dues)
    of(due.debtor, due.creditor).due = due.minor_units;
  for (const Owed& carry : balances.carry)
    of(carry.debtor, carry.creditor).carry = carry.amount;
  std::vector<PairBalance> listed;
  for (const auto& [key, pair] : pairs)
    listed.push_back(pair);
  return listed;
}

/// Whether each payment can be owed anew, should nobody pay it: else a call day could not come.
bool all_can_be_owed(std::span<const Net> nets, std::uint8_t exponent) {
  return std::ranges::all_of(payments(nets), [&](const Due& payment) {
    const Wide amount = Wide{payment.minor_units} * micro_units_in_minor(exponent);
    return amount < (Wide{1} << 62U);
  });
}

/// What is owed in one currency, with what the cycle before it carried. nullopt: more than a sum
/// holds.
Result<std::optional<Balances>> balance(const StateView& view, Currency currency,
                                        std::uint32_t cycle,
                                        const std::optional<CycleRecord>& last) {
  TRY(std::vector<Owed> owed, owed_in(view, currency, cycle));
  TRY(const std::uint8_t exponent, exponent_of(view, currency));
  if (last.has_value()) {
    const CyclePositions* const before = find_positions(*last, currency);
    if (before != nullptr)
      for (const PairBalance& pair : before->pairs)
        if (!pair.carry.is_zero() && !canary(114))
          owed.push_back({pair.debtor, pair.creditor, pair.carry});
  }
  return balance_pairs(owed, exponent);
}

Result<bool> has_left(const StateView& view, MerchantId merchant) {
  TRY(const state::IssuerRecord issuer, state::find_issuer(view, merchant));
  return issuer.state == state::IssuerState::Closed;
}

/// With one that has left nothing can be carried on: a rest is paid, rounded up to a minor unit, by
/// an entry of the cycle itself (design/loyalty.md §17). False: out of range.
Result<bool> round_up(StateDelta& delta, Receipt& receipt, Currency currency, std::uint32_t cycle,
                      const std::optional<CycleRecord>& last) {
  TRY(const auto balances, balance(delta, currency, cycle, last));
  if (!balances.has_value()) return false;
  TRY(const std::uint8_t exponent, exponent_of(delta, currency));
  for (const Owed& carry : balances->carry) {
    TRY(const bool debtor_left, has_left(delta, carry.debtor));
    TRY(const bool creditor_left, has_left(delta, carry.creditor));
    if (!debtor_left && !creditor_left) continue;
    const auto rest = MicroUnits::from(micro_units_in_minor(exponent) - carry.amount.value());
    TRY(const bool entered, state::owe(delta, receipt,
                                       {carry.debtor, carry.creditor, currency, rest.value(),
                                        ObligationReason::Rounded, std::nullopt},
                                       state::start_of_cycle(cycle)));
    if (!entered) return false;
  }
  return true;
}

/// One currency's part; without pairs where nothing is owed. nullopt: more than a sum holds.
Result<std::optional<CyclePositions>> close_currency(const StateView& view, Currency currency,
                                                     std::uint32_t cycle,
                                                     const std::optional<CycleRecord>& last) {
  TRY(const std::uint8_t exponent, exponent_of(view, currency));
  TRY(const std::optional<Balances> balances, balance(view, currency, cycle, last));
  if (!balances.has_value()) return std::optional<CyclePositions>();
  const std::vector<Net> sums = nets(balances->dues);
  if (!all_can_be_owed(sums, exponent)) return std::optional<CyclePositions>();
  CyclePositions positions;
  positions.currency = currency;
  positions.pairs = pairs_of(*balances);
  for (const Net& net : sums)
    positions.nets.push_back({net.merchant, net.minor_units});
  return std::optional(std::move(positions));
}

Result<std::optional<CycleRecord>> last_closed(const StateView& view,
                                               const SettlementRecord& settlement) {
  if (!settlement.last_closed.has_value()) return std::optional<CycleRecord>();
  return state::find_cycle(view, *settlement.last_closed);
}

/// The time has passed whatever comes of it.
Result<void> charge(const TransactionContext& context, const StateView& view,
                    const SettlementRecord& settlement) {
  TRY(const std::vector<MerchantId> merchants, state::merchants(view));
  const std::uint64_t records = merchants.size() * merchants.size() * settlement.currencies.size();
  context.rules->charge(context.transaction->merchant, kCostOfRecord * records);
  return {};
}

}  // namespace

Result<Outcome> preclaim(const CloseCycle& action, const TransactionContext& context,
                         const StateView& view) {
  if (context.rules->is_spent(context.transaction->merchant)) return Outcome::BlockFull;
  TRY(const SettlementRecord settlement, state::settlement(view));
  // The oldest first: each takes up what the one before it carried.
  if (settlement.open.empty() || settlement.open.front() != action.cycle) return Outcome::NotDue;
  const bool is_over = state::start_of_cycle(action.cycle + 1) <= context.ledger_time;
  return is_over ? Outcome::Accepted : Outcome::NotDue;
}

Result<Outcome> apply(const CloseCycle& action, const TransactionContext& context,
                      StateDelta& delta, Receipt& receipt) {
  TRY(SettlementRecord settlement, state::settlement(delta));
  TRY_VOID(charge(context, delta, settlement));
  TRY(const auto last, last_closed(delta, settlement));
  CycleRecord record;
  for (const Currency& currency : settlement.currencies) {
    TRY(const bool rounded, round_up(delta, receipt, currency, action.cycle, last));
    if (!rounded) return Outcome::AmountOverflow;
    TRY(auto positions, close_currency(delta, currency, action.cycle, last));
    if (!positions.has_value()) return Outcome::AmountOverflow;
    if (!positions->pairs.empty()) record.currencies.push_back(std::move(*positions));
  }
  record.closed_at = context.ledger_time;
  record.closed_by = context.position();
  record.call_day = context.ledger_time.plus(Duration(limits::kCallDayMs));
  settlement.open.erase(settlement.open.begin());
  settlement.closed.push_back(action.cycle);  // later than all before it, so they ascend
  settlement.last_closed = action.cycle;
  TRY_VOID(state::put_cycle(delta, action.cycle, record));
  TRY_VOID(state::put_settlement(delta, settlement));
  receipt.cycle = action.cycle;
  return Outcome::Accepted;
}

}  // namespace tally::exchange
