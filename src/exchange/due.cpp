// What falls due of settlement: decided changes, advices, call days (design/loyalty.md §5, §17).
#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/exchange/exchange.h>
#include <tally/exchange/netting.h>
#include <tally/state/consortium.h>
#include <tally/state/issuer.h>
#include <tally/state/settlement.h>

#include "exchange/decided.h"
#include "exchange/settling.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace tally::exchange {
namespace {

using state::ChangeRecord;
using state::CyclePositions;
using state::CycleRecord;
using state::CycleState;
using state::Payment;
using state::PaymentState;

Receipt begin_receipt(const DueContext& context) {
  Receipt receipt;
  receipt.position = context.place;
  return receipt;
}

// Changes, by proposer: they have no deadline but their height.

Result<std::optional<std::pair<MerchantId, ChangeRecord>>> first_decided(const DueContext& context,
                                                                         const StateView& view) {
  using Found = std::optional<std::pair<MerchantId, ChangeRecord>>;
  TRY(const std::vector<MerchantId> merchants, state::merchants(view));
  for (const MerchantId proposer : merchants) {
    TRY(auto change, state::find_change(view, proposer));
    if (!change.has_value() || change->active_from == Height()) continue;
    if (change->active_from <= context.height) return Found({proposer, std::move(*change)});
  }
  return Found();
}

// Advices.

Error not_of_last_block(std::uint32_t cycle, const DueContext& context, const CycleRecord& record) {
  return Error{ErrorCode::Diverged, "the block after a close advises it: cycle " +
                                        std::to_string(cycle) + ", closed at height " +
                                        std::to_string(record.closed_by.height.value()) +
                                        "; expected " + std::to_string(context.height.value() - 1)};
}

void list_payments(CyclePositions& positions) {
  std::vector<Net> nets;
  for (const state::NetPosition& net : positions.nets)
    nets.push_back({net.merchant, net.minor_units});
  for (const Due& due : payments(nets))
    positions.payments.push_back(
        {due.debtor, due.creditor, due.minor_units, PaymentState::Due, {}, 0});
}

Result<void> advise(const DueContext& context, std::uint32_t cycle, CycleRecord record,
                    StateDelta& delta) {
  if (record.closed_by.height.next() != context.height)
    return not_of_last_block(cycle, context, record);
  record.header = context.parent;
  record.state = CycleState::Advised;
  for (CyclePositions& positions : record.currencies)
    list_payments(positions);
  return put_or_settle(delta, cycle, std::move(record));
}

// Call days.

/// A moment at which payments of one state are drawn.
struct Deadline {
  Timestamp at = Timestamp::never();
  std::uint32_t cycle = 0;
  PaymentState drawn = PaymentState::Due;
  friend auto operator<=>(const Deadline&, const Deadline&) = default;
};

bool has_payment(const CycleRecord& record, PaymentState wanted) {
  return std::ranges::any_of(record.currencies, [&](const CyclePositions& positions) {
    return std::ranges::find(positions.payments, wanted, &Payment::state) !=
           positions.payments.end();
  });
}

Deadline first_deadline(std::uint32_t cycle, const CycleRecord& record) {
  if (has_payment(record, PaymentState::Due)) return {record.call_day, cycle, PaymentState::Due};
  if (has_payment(record, PaymentState::Disputed))
    return {record.call_day.plus(Duration(limits::kDisputeMs)), cycle, PaymentState::Disputed};
  return {};
}

Result<void> draw_unpaid(const Deadline& deadline, CycleRecord record, StateDelta& delta,
                         Receipt& receipt) {
  for (CyclePositions& positions : record.currencies) {
    std::map<MerchantId, std::vector<Payment*>> unpaid;  // by debtor
    for (Payment& payment : positions.payments)
      if (payment.state == deadline.drawn) unpaid[payment.debtor].push_back(&payment);
    for (auto& [debtor, payments] : unpaid) {
      // Of equal remainders the lower merchant's comes first.
      std::ranges::sort(payments, {}, &Payment::creditor);
      const Default what{positions.currency, debtor, deadline.at};
      TRY_VOID(draw(delta, receipt, record, what, payments));
    }
  }
  return put_or_settle(delta, deadline.cycle, std::move(record));
}

/// The first thing to do for a cycle that is closed. False: none.
Result<bool> run_first_of_cycles(const DueContext& context, StateDelta& delta, Receipt& receipt) {
  TRY(const state::SettlementRecord settlement, state::settlement(delta));
  Deadline first;
  std::optional<CycleRecord> whose;
  for (const std::uint32_t cycle : settlement.closed) {
    TRY(auto record, state::find_cycle(delta, cycle));
    CHECK(record.has_value());
    const bool is_advised = record->state == CycleState::Advised;
    if (!is_advised && record->closed_by.height < context.height) {
      receipt.cycle = cycle;
      TRY_VOID(advise(context, cycle, std::move(*record), delta));
      return true;
    }
    const Deadline deadline = is_advised ? first_deadline(cycle, *record) : Deadline();
    if (deadline >= first) continue;
    first = deadline;
    whose = std::move(*record);
  }
  if (!whose.has_value() || first.at > context.up_to) return false;
  receipt.cycle = first.cycle;
  TRY_VOID(draw_unpaid(first, std::move(*whose), delta, receipt));
  return true;
}

// Ends of programmes.

/// The first issuer whose notice is over; nullopt: none.
Result<std::optional<MerchantId>> first_ending(const DueContext& context, const StateView& view) {
  TRY(const state::SettlementRecord settlement, state::settlement(view));
  for (const MerchantId issuer : settlement.leaving) {
    TRY(const state::IssuerRecord record, state::find_issuer(view, issuer));
    if (record.state == state::IssuerState::WindingDown && record.until <= context.up_to)
      return std::optional(issuer);
  }
  return std::optional<MerchantId>();
}

bool concerns(const CycleRecord& record, MerchantId merchant) {
  const auto is_carried = [&](const state::PairBalance& pair) {
    return !pair.carry.is_zero() && (pair.debtor == merchant || pair.creditor == merchant);
  };
  return std::ranges::any_of(record.currencies, [&](const CyclePositions& positions) {
    return std::ranges::any_of(positions.pairs, is_carried);
  });
}

/// Its points are nobody's any more; its accounts end one after another. What is carried with it
/// asks for one more cycle, though nothing arises in that.
Result<void> end_programme(MerchantId issuer, StateDelta& delta) {
  TRY(state::IssuerRecord record, state::find_issuer(delta, issuer));
  record.state = state::IssuerState::Closed;
  TRY_VOID(state::put_issuer(delta, issuer, record));
  TRY(state::SettlementRecord settlement, state::settlement(delta));
  for (const Currency& currency : settlement.currencies)
    TRY_VOID(release_collateral(delta, currency));
  if (!settlement.last_closed.has_value() || !settlement.open.empty()) return {};
  TRY(const auto last, state::find_cycle(delta, *settlement.last_closed));
  CHECK(last.has_value());
  if (!concerns(*last, issuer)) return {};
  settlement.open.push_back(std::max(state::cycle_of(record.until), *settlement.last_closed + 1));
  return state::put_settlement(delta, settlement);
}

}  // namespace

Result<std::optional<Receipt>> run_first_due(const DueContext& context, StateDelta& delta) {
  Receipt receipt = begin_receipt(context);
  TRY(const auto decided, first_decided(context, delta));
  if (decided.has_value()) {
    const auto& [proposer, change] = *decided;
    TRY_VOID(state::erase_change(delta, proposer));
    TRY_VOID(enact(change.proposal.change, context, delta, receipt));
    return std::optional(std::move(receipt));
  }
  TRY(const bool was_due, run_first_of_cycles(context, delta, receipt));
  if (was_due) return std::optional(std::move(receipt));
  TRY(const auto ending, first_ending(context, delta));
  if (!ending.has_value()) return std::optional<Receipt>();
  TRY_VOID(end_programme(*ending, delta));
  return std::optional(std::move(receipt));
}

Result<Timestamp> next_deadline(const StateView& view) {
  Timestamp next = Timestamp::never();
  TRY(const state::SettlementRecord settlement, state::settlement(view));
  for (const std::uint32_t cycle : settlement.closed) {
    TRY(const auto record, state::find_cycle(view, cycle));
    CHECK(record.has_value());
    if (record->state == CycleState::Advised)
      next = std::min(next, first_deadline(cycle, *record).at);
  }
  for (const MerchantId issuer : settlement.leaving) {
    TRY(const state::IssuerRecord record, state::find_issuer(view, issuer));
    if (record.state == state::IssuerState::WindingDown) next = std::min(next, record.until);
  }
  return next;
}

}  // namespace tally::exchange
