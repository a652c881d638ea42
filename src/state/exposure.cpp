// What debtors owe and may owe. FORMAT: stored; docs/formats.md §3.
#include <tally/state/exposure.h>

#include <tally/base/check.h>
#include <tally/base/limits.h>
#include <tally/state/settlement.h>

#include "state/stored.h"

#include <algorithm>

namespace tally::state {
namespace {

/// The debtor's cap in this capacity, as its state has it.
MicroUnits cap_of(const Exposure& exposure, const IssuerRecord& issuer, DebtorAs as) {
  const bool is_out = issuer.state == IssuerState::Suspended || issuer.state == IssuerState::Closed;
  if (as == DebtorAs::Funder && is_out) return MicroUnits();
  if (issuer.state == IssuerState::WindingDown) return exposure.collateral;
  return exposure.cap.value_or(exposure.collateral);
}

/// Adds `change` to one of the debtor's sums. False: out of range.
Result<bool> move_exposure(StateDelta& delta, MerchantId debtor, Currency currency,
                           MicroUnits Exposure::*sum, MicroUnits change) {
  TRY(Exposure exposure, find_exposure(delta, debtor, currency));
  const std::optional<MicroUnits> moved = checked_add(exposure.*sum, change);
  if (!moved.has_value()) return false;
  exposure.*sum = *moved;
  TRY_VOID(put_exposure(delta, debtor, currency, exposure));
  return true;
}

template <typename Item>
void insert_once(std::vector<Item>& ascending, const Item& item) {
  const auto place = std::ranges::lower_bound(ascending, item);
  if (place == ascending.end() || *place != item) ascending.insert(place, item);
}

/// That something is owed in this currency and cycle: its close looks for it. False: as many cycles
/// wait for their close as may.
Result<bool> note_arisen(StateDelta& delta, Currency currency, std::uint32_t cycle) {
  TRY(SettlementRecord record, settlement(delta));
  const bool is_known = std::ranges::binary_search(record.currencies, currency) &&
                        std::ranges::binary_search(record.open, cycle);
  if (is_known) return true;
  insert_once(record.currencies, currency);
  insert_once(record.open, cycle);
  if (record.open.size() > limits::kOpenCyclesMax) return false;
  TRY_VOID(put_settlement(delta, record));
  return true;
}

}  // namespace

Result<Exposure> find_exposure(const StateView& view, MerchantId debtor, Currency currency) {
  TRY(const std::optional<Bytes> bytes, view.find(exposure_key(debtor, currency)));
  return bytes.has_value() ? decode_exposure(*bytes) : Exposure();
}

Result<Exposure> decode_exposure(ByteView bytes) {
  return decode_record<Exposure>(bytes, "exposure", [](codec::Reader& in, Exposure& e) {
    e.cap = in.optional<MicroUnits>(decode_micro_units);
    e.collateral = decode_micro_units(in);
    e.owed = decode_micro_units(in);
    e.reserved = decode_micro_units(in);
  });
}

Result<void> put_exposure(StateDelta& delta, MerchantId debtor, Currency currency,
                          const Exposure& exposure) {
  codec::Writer out = begin_record();
  out.optional(exposure.cap, encode_micro_units);
  encode_micro_units(out, exposure.collateral);
  encode_micro_units(out, exposure.owed);
  encode_micro_units(out, exposure.reserved);
  return delta.put(exposure_key(debtor, currency), std::move(out).take());
}

Result<MicroUnits> room_of(const StateView& view, MerchantId debtor, Currency currency,
                           DebtorAs as) {
  TRY(const Exposure exposure, find_exposure(view, debtor, currency));
  TRY(const IssuerRecord issuer, find_issuer(view, debtor));
  const auto in_all = checked_add(exposure.owed, exposure.reserved);
  if (!in_all.has_value()) return MicroUnits();
  const auto room = checked_add(cap_of(exposure, issuer, as), in_all->negated());
  // Past the range only where far more was taken back than arose: then room is what a sum can be.
  return std::max(room.value_or(in_all->negated()), MicroUnits());
}

Result<bool> reserve(StateDelta& delta, const Reservation& reservation, Points points, int times) {
  CHECK(times == 1 || times == -1);
  const auto amount = price_of(points, reservation.price);
  if (!amount.has_value()) return false;
  return move_exposure(delta, reservation.debtor, reservation.currency, &Exposure::reserved,
                       times > 0 ? *amount : amount->negated());
}

Result<bool> owe(StateDelta& delta, Receipt& receipt, const Obligation& obligation, Timestamp at) {
  const auto& [debtor, creditor, currency, amount, reason, origin] = obligation;
  if (amount.is_zero() || debtor == creditor) return true;
  const std::uint32_t cycle = cycle_of(at);
  TRY(const MicroUnits owed, find_owed(delta, currency, cycle, debtor, creditor));
  const std::optional<MicroUnits> sum = checked_add(owed, amount);
  if (!sum.has_value()) return false;
  TRY(const bool is_entered, move_exposure(delta, debtor, currency, &Exposure::owed, amount));
  if (!is_entered) return false;
  TRY_VOID(put_owed(delta, currency, cycle, debtor, creditor, *sum));
  TRY(const bool is_noted, note_arisen(delta, currency, cycle));
  if (!is_noted) return false;
  receipt.obligations.push_back(obligation);
  return true;
}

}  // namespace tally::state
