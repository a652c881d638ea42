// The laws of settlement: I6 of design/loyalty.md §3, that what is closed stays, and that a
// debtor's exposure is what the records beside it come to. Checked from the records that a delta
// changes, by other arithmetic than what wrote them, so that a mistake would have to be made twice.
#include <tally/exchange/exchange.h>
#include <tally/state/account.h>
#include <tally/state/exposure.h>
#include <tally/state/hold.h>
#include <tally/state/settlement.h>

#include "exchange/positions.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace tally::exchange {
namespace {

using state::CyclePositions;
using state::CycleRecord;
using state::CycleState;
using state::Exposure;
using state::Payment;
using state::PaymentState;
using state::RecordChange;
using state::RecordKey;
using state::RecordKind;

/// Whose exposure, and in which currency.
using Account = std::pair<MerchantId, Currency>;

/// What a delta changed of an exposure, and what the records beside it did.
struct Change {
  Wide owed = 0;             ///< as the exposure says
  Wide reserved = 0;         ///< likewise
  Wide owed_beside = 0;      ///< by what arose, and by cycles that are settled now
  Wide reserved_beside = 0;  ///< by open holds and waiting lots
};
using Changes = std::map<Account, Change>;

std::string text_of(Wide value) {
  const bool is_negative = value < 0;
  std::string digits;
  do {
    const auto digit = static_cast<int>(value % 10);
    digits.insert(digits.begin(), static_cast<char>('0' + (digit < 0 ? -digit : digit)));
    value /= 10;
  } while (value != 0);
  return is_negative ? "-" + digits : digits;
}

Error broken(const std::string& law, const RecordKey& key, const std::string& sides = {}) {
  return Error{ErrorCode::Diverged,
               law + ": record " + to_hex(key.bytes) + (sides.empty() ? sides : ": " + sides)};
}

Result<void> require_equal(const char* law, const Account& account, Wide left, Wide right) {
  if (left == right) return {};
  const auto& [debtor, currency] = account;
  return Error{ErrorCode::Diverged,
               std::string(law) + ": debtor " + std::to_string(debtor.value()) + ", currency " +
                   to_hex(currency.view()) + ": " + text_of(left) + "; expected " + text_of(right)};
}

// Cycles.

/// Of the cycle that the record's key names.
std::uint32_t cycle_of_key(const RecordKey& key) {
  codec::Reader in(ByteView(key.bytes).subspan(1));
  return in.u32();
}

/// What comes to each merchant, less what it gives, by pairs or by payments.
template <typename Items, typename Amount>
std::map<MerchantId, Wide> sums_of(const Items& items, Amount amount) {
  std::map<MerchantId, Wide> sums;
  for (const auto& item : items) {
    sums[item.debtor] -= amount(item);
    sums[item.creditor] += amount(item);
  }
  std::erase_if(sums, [](const auto& sum) { return sum.second == 0; });
  return sums;
}

/// I6, and that nets are of the pairs and payments of the nets.
Result<void> check_nets(const RecordKey& key, const CyclePositions& positions, bool is_advised) {
  std::map<MerchantId, Wide> nets;
  Wide sum = 0;
  for (const state::NetPosition& net : positions.nets) {
    sum += net.minor_units;
    if (net.minor_units != 0) nets[net.merchant] = net.minor_units;
  }
  if (sum != 0) return broken("I6, a cycle's nets sum to 0", key, text_of(sum) + "; expected 0");
  if (sums_of(positions.pairs, [](const auto& pair) { return Wide{pair.due}; }) != nets)
    return broken("a cycle's nets are what its pairs come to", key);
  if (!is_advised) return {};
  if (sums_of(positions.payments, [](const auto& p) { return Wide{p.minor_units}; }) != nets)
    return broken("a cycle's payments bring its nets to 0", key);
  if (!nets.empty() && positions.payments.size() >= nets.size())
    return broken("n merchants settle in less than n payments", key);
  return {};
}

bool is_over(PaymentState state) {
  return state == PaymentState::Confirmed || state == PaymentState::Drawn;
}

bool is_next(const Payment& before, const Payment& after) {
  const bool is_same_payment = before.debtor == after.debtor && before.creditor == after.creditor &&
                               before.minor_units == after.minor_units;
  if (is_over(before.state)) return before == after;
  return is_same_payment && before.state <= after.state;
}

/// Positions never change after the close, and payments not after they are listed, but for how far
/// they are.
Result<void> check_successor(const RecordKey& key, const CycleRecord& before,
                             const CycleRecord& after) {
  const bool is_same_close = before.closed_at == after.closed_at &&
                             before.closed_by == after.closed_by &&
                             before.call_day == after.call_day &&
                             (!before.header.has_value() || before.header == after.header);
  if (!is_same_close || after.state < before.state ||
      before.currencies.size() != after.currencies.size())
    return broken("a closed cycle stays as it was closed", key);
  for (std::size_t i = 0; i < before.currencies.size(); ++i) {
    const CyclePositions& was = before.currencies[i];
    const CyclePositions& is = after.currencies[i];
    if (was.currency != is.currency || was.pairs != is.pairs || was.nets != is.nets)
      return broken("positions never change after their cycle's close", key);
    if (before.state != CycleState::Closed &&
        !std::ranges::equal(was.payments, is.payments, is_next))
      return broken("payments never change but in how far they are", key);
  }
  return {};
}

/// A cycle that nobody's list names would never be advised, drawn or settled.
Result<void> check_listed(const StateView& view, const RecordKey& key, CycleState state) {
  TRY(const state::SettlementRecord settlement, state::settlement(view));
  const std::uint32_t cycle = cycle_of_key(key);
  const bool is_listed = std::ranges::binary_search(settlement.closed, cycle);
  if (is_listed != (state != CycleState::Settled) ||
      std::ranges::binary_search(settlement.open, cycle))
    return broken("a cycle is listed as closed until it is settled", key);
  return {};
}

Result<void> check_cycle(const StateDelta& delta, const RecordKey& key,
                         const RecordChange& change) {
  if (!change.after.has_value()) return broken("a cycle's record never goes", key);
  TRY(const CycleRecord after, state::decode_cycle(*change.after));
  const bool is_advised = after.state != CycleState::Closed;
  if (is_advised != after.header.has_value())
    return broken("a cycle has a header from its advice on", key);
  for (const CyclePositions& positions : after.currencies) {
    TRY_VOID(check_nets(key, positions, is_advised));
    const bool has_open = !std::ranges::all_of(
        positions.payments, [](const Payment& payment) { return is_over(payment.state); });
    if (after.state == CycleState::Settled && has_open)
      return broken("a cycle is settled once all is paid", key);
  }
  TRY_VOID(check_listed(delta, key, after.state));
  if (!change.before.has_value()) return {};
  TRY(const CycleRecord before, state::decode_cycle(*change.before));
  return check_successor(key, before, after);
}

// Exposures: owed.

Result<Wide> owed_by(const std::optional<Bytes>& bytes) {
  if (!bytes.has_value()) return Wide{0};
  TRY(const MicroUnits amount, state::decode_owed(*bytes));
  return Wide{amount.value()};
}

Result<void> read_owed(const StateDelta& delta, const RecordKey& key, const RecordChange& change,
                       Changes& changes) {
  codec::Reader in(ByteView(key.bytes).subspan(1));
  const auto currency = in.fixed<Currency>();
  const std::uint32_t cycle = in.u32();
  const auto debtor = in.number<MerchantId>();
  // What closes it may round a carry up by an entry of its own.
  const auto record = delta.records().find(state::cycle_key(cycle));
  const bool closes_now = record != delta.records().end() && !record->second.before.has_value();
  TRY(const auto closed, state::find_cycle(delta, cycle));
  if (closed.has_value() && !closes_now)
    return broken("nothing arises in a cycle that is closed", key);
  TRY(const Wide before, owed_by(change.before));
  TRY(const Wide after, owed_by(change.after));
  changes[{debtor, currency}].owed_beside += after - before;
  return {};
}

Result<void> read_exposure(const RecordKey& key, const RecordChange& change, Changes& changes) {
  codec::Reader in(ByteView(key.bytes).subspan(1));
  const auto debtor = in.number<MerchantId>();
  const auto currency = in.fixed<Currency>();
  Exposure before;
  Exposure after;
  if (change.before.has_value()) {
    TRY(before, state::decode_exposure(*change.before));
  }
  if (change.after.has_value()) {
    TRY(after, state::decode_exposure(*change.after));
  }
  if (after.collateral < MicroUnits()) return broken("collateral is never below 0", key);
  Change& moved = changes[{debtor, currency}];
  moved.owed += Wide{after.owed.value()} - Wide{before.owed.value()};
  moved.reserved += Wide{after.reserved.value()} - Wide{before.reserved.value()};
  return {};
}

/// The cycle that was closed before `cycle`; nullopt: it was the first. The record beside the
/// cycle's own does not say which, so each week before is asked, which is mostly the one before.
Result<std::optional<CycleRecord>> closed_before(const StateView& view, std::uint32_t cycle) {
  while (cycle-- > 0) {
    TRY(auto record, state::find_cycle(view, cycle));
    if (record.has_value()) return record;
  }
  return std::optional<CycleRecord>();
}

void count_carries(const CycleRecord& record, int times, Changes& changes) {
  for (const CyclePositions& positions : record.currencies)
    for (const state::PairBalance& pair : positions.pairs)
      if (!pair.carry.is_zero())
        changes[{pair.debtor, positions.currency}].owed_beside += times * Wide{pair.carry.value()};
}

/// Of a cycle that the delta settled: what arose in it is owed no more, and its carries stand in
/// for those that it took up.
Result<void> read_settled(const StateDelta& delta, const RecordKey& key, const RecordChange& change,
                          Changes& changes) {
  TRY(const CycleRecord after, state::decode_cycle(*change.after));
  if (after.state != CycleState::Settled) return {};
  if (change.before.has_value()) {
    TRY(const CycleRecord before, state::decode_cycle(*change.before));
    if (before.state == CycleState::Settled) return {};
  }
  const std::uint32_t cycle = cycle_of_key(key);
  TRY(const state::SettlementRecord settlement, state::settlement(delta));
  for (const Currency& currency : settlement.currencies) {
    TRY(const std::vector<Owed> arisen, owed_in(delta, currency, cycle));
    for (const Owed& entry : arisen)
      changes[{entry.debtor, currency}].owed_beside -= entry.amount.value();
  }
  count_carries(after, 1, changes);
  TRY(const auto last, closed_before(delta, cycle));
  if (last.has_value()) count_carries(*last, -1, changes);
  return {};
}

// Exposures: reserved.

void count_reserved(const std::optional<state::Reservation>& reserved, Points points, int times,
                    Changes& changes) {
  if (!reserved.has_value()) return;
  const Wide amount = Wide{points.value()} * reserved->price;
  changes[{reserved->debtor, reserved->currency}].reserved_beside += times * amount;
}

void count_waiting(const std::vector<state::PendingLot>& waiting, int times, Changes& changes) {
  for (const state::PendingLot& pending : waiting)
    count_reserved(pending.reserved, pending.lot.remaining, times, changes);
}

/// What a record of the kind reserves, `times` over.
Result<void> count_record(RecordKind kind, const std::optional<Bytes>& bytes, int times,
                          Changes& changes) {
  if (!bytes.has_value()) return {};
  if (kind == RecordKind::Hold) {
    TRY(const state::HoldRecord hold, state::decode_hold(*bytes));
    if (hold.state == state::HoldState::Open)
      count_reserved(hold.reserved, hold.points, times, changes);
  } else if (kind == RecordKind::Account) {
    TRY(const state::AccountRecord account, state::decode_account(*bytes));
    count_waiting(account.waiting.first_page, times, changes);
  } else {
    TRY(const state::LotsPage page, state::decode_lots_page(*bytes));
    count_waiting(page.waiting, times, changes);
  }
  return {};
}

Result<void> read_record(const StateDelta& delta, const RecordKey& key, const RecordChange& change,
                         Changes& changes) {
  switch (key.kind()) {
    case RecordKind::Hold:
    case RecordKind::Account:
    case RecordKind::Lots:
      TRY_VOID(count_record(key.kind(), change.before, -1, changes));
      return count_record(key.kind(), change.after, 1, changes);
    case RecordKind::Exposure:
      return read_exposure(key, change, changes);
    case RecordKind::Owed:
      return read_owed(delta, key, change, changes);
    case RecordKind::Cycle:
      TRY_VOID(check_cycle(delta, key, change));
      return read_settled(delta, key, change, changes);
    default:
      return {};
  }
}

}  // namespace

Result<void> check_invariants(const StateDelta& delta) {
  Changes changes;
  for (const auto& [key, change] : delta.records())
    if (change.before != change.after) TRY_VOID(read_record(delta, key, change, changes));
  for (const auto& [account, change] : changes) {
    TRY_VOID(require_equal("what a debtor owes moves as what arises", account, change.owed,
                           change.owed_beside));
    TRY_VOID(require_equal("what is reserved moves as holds and waiting lots", account,
                           change.reserved, change.reserved_beside));
  }
  return {};
}

}  // namespace tally::exchange
