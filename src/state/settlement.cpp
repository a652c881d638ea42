// The records of cycles, of what is owed in them, and of proposals. FORMAT: stored;
// docs/formats.md §3.
#include <tally/state/settlement.h>

#include <tally/base/limits.h>
#include <tally/model/points_actions.h>

#include "state/stored.h"

#include <algorithm>

namespace tally::state {
namespace {

constexpr std::string_view kSettlement = "settlement";
constexpr std::uint64_t kWeekMs = 7ULL * 86'400'000;
constexpr std::uint64_t kFirstMondayMs = 4ULL * 86'400'000;  // 1 January 1970 was a Thursday
constexpr std::size_t kPairsMax = limits::kValidatorsMax * limits::kValidatorsMax;

template <typename Item>
Item identity(const Item& item) {
  return item;
}

std::pair<MerchantId, MerchantId> pair_of(const PairBalance& balance) {
  return std::minmax(balance.debtor, balance.creditor);
}

void encode_pair(codec::Writer& out, const PairBalance& balance) {
  out.number(balance.debtor);
  out.number(balance.creditor);
  out.i64(balance.due);
  encode_micro_units(out, balance.carry);
}

PairBalance decode_pair(codec::Reader& in) {
  PairBalance balance;
  balance.debtor = in.number<MerchantId>();
  balance.creditor = in.number<MerchantId>();
  balance.due = in.i64();
  balance.carry = decode_micro_units(in);
  return balance;
}

void encode_net(codec::Writer& out, const NetPosition& net) {
  out.number(net.merchant);
  out.i64(net.minor_units);
}

NetPosition decode_net(codec::Reader& in) {
  NetPosition net;
  net.merchant = in.number<MerchantId>();
  net.minor_units = in.i64();
  return net;
}

void encode_payment(codec::Writer& out, const Payment& payment) {
  out.number(payment.debtor);
  out.number(payment.creditor);
  out.i64(payment.minor_units);
  encode_enum(out, payment.state);
  out.text(payment.bank_reference);
  out.i64(payment.drawn);
}

Payment decode_payment(codec::Reader& in) {
  Payment payment;
  payment.debtor = in.number<MerchantId>();
  payment.creditor = in.number<MerchantId>();
  payment.minor_units = in.i64();
  payment.state = decode_between(in, PaymentState::Due, PaymentState::Drawn);
  payment.bank_reference = in.text(limits::kBankReferenceBytesMax);
  payment.drawn = in.i64();
  if (payment.minor_units < 1 || payment.drawn < 0 || payment.drawn > payment.minor_units)
    in.fail("a payment of " + std::to_string(payment.minor_units) + " minor units, of which " +
            std::to_string(payment.drawn) + " were drawn");
  return payment;
}

void encode_positions(codec::Writer& out, const CyclePositions& positions) {
  out.fixed(positions.currency);
  out.list(positions.pairs, encode_pair);
  out.list(positions.nets, encode_net);
  out.list(positions.payments, encode_payment);
}

CyclePositions decode_positions(codec::Reader& in) {
  CyclePositions positions;
  positions.currency = in.fixed<Currency>();
  positions.pairs = in.list<PairBalance>(kPairsMax, decode_pair);
  positions.nets = in.list<NetPosition>(limits::kValidatorsMax, decode_net);
  positions.payments = in.list<Payment>(limits::kValidatorsMax, decode_payment);
  require_ascending(in, positions.pairs, pair_of);
  require_ascending(in, positions.nets, [](const NetPosition& net) { return net.merchant; });
  return positions;
}

template <typename Number>
std::vector<Number> decode_numbers(codec::Reader& in, std::size_t most) {
  auto numbers = in.list<Number>(most, [](codec::Reader& r) { return r.number<Number>(); });
  require_ascending(in, numbers, identity<Number>);
  return numbers;
}

std::vector<std::uint32_t> decode_cycles(codec::Reader& in) {
  auto cycles =
      in.list<std::uint32_t>(limits::kOpenCyclesMax, [](codec::Reader& r) { return r.u32(); });
  require_ascending(in, cycles, identity<std::uint32_t>);
  return cycles;
}

void encode_cycles(codec::Writer& out, const std::vector<std::uint32_t>& cycles) {
  out.list(cycles, [](codec::Writer& w, std::uint32_t cycle) { w.u32(cycle); });
}

}  // namespace

std::uint32_t cycle_of(Timestamp t) {
  const std::uint64_t ms = t.milliseconds();
  return ms < kFirstMondayMs ? 0 : static_cast<std::uint32_t>((ms - kFirstMondayMs) / kWeekMs);
}

Timestamp start_of_cycle(std::uint32_t cycle) {
  return Timestamp(kFirstMondayMs + cycle * kWeekMs);
}

Result<MicroUnits> find_owed(const StateView& view, Currency currency, std::uint32_t cycle,
                             MerchantId debtor, MerchantId creditor) {
  TRY(const std::optional<Bytes> bytes, view.find(owed_key(currency, cycle, debtor, creditor)));
  return bytes.has_value() ? decode_owed(*bytes) : MicroUnits();
}

Result<MicroUnits> decode_owed(ByteView bytes) {
  return decode_record<MicroUnits>(bytes, "owed", [](codec::Reader& in, MicroUnits& amount) {
    amount = decode_micro_units(in);
  });
}

Result<void> put_owed(StateDelta& delta, Currency currency, std::uint32_t cycle, MerchantId debtor,
                      MerchantId creditor, MicroUnits amount) {
  codec::Writer out = begin_record();
  encode_micro_units(out, amount);
  return delta.put(owed_key(currency, cycle, debtor, creditor), std::move(out).take());
}

Result<SettlementRecord> settlement(const StateView& view) {
  TRY(const std::optional<Bytes> bytes, view.find(consortium_key(kSettlement)));
  if (!bytes.has_value()) return SettlementRecord();
  const auto read = [](codec::Reader& in, SettlementRecord& r) {
    r.currencies = in.list<Currency>(limits::kCurrenciesMax, decode_fixed<Currency>);
    require_ascending(in, r.currencies, identity<Currency>);
    r.open = decode_cycles(in);
    r.closed = decode_cycles(in);
    r.last_closed = in.optional<std::uint32_t>([](codec::Reader& o) { return o.u32(); });
    r.leaving = decode_numbers<MerchantId>(in, limits::kValidatorsMax);
  };
  return decode_record<SettlementRecord>(*bytes, "settlement", read);
}

Result<void> put_settlement(StateDelta& delta, const SettlementRecord& record) {
  codec::Writer out = begin_record();
  out.list(record.currencies, encode_fixed<Currency>);
  encode_cycles(out, record.open);
  encode_cycles(out, record.closed);
  out.optional(record.last_closed, [](codec::Writer& w, std::uint32_t cycle) { w.u32(cycle); });
  out.list(record.leaving, [](codec::Writer& w, MerchantId id) { w.number(id); });
  return delta.put(consortium_key(kSettlement), std::move(out).take());
}

Result<std::optional<CycleRecord>> find_cycle(const StateView& view, std::uint32_t cycle) {
  TRY(const std::optional<Bytes> bytes, view.find(cycle_key(cycle)));
  return decode_found(bytes, decode_cycle);
}

Result<CycleRecord> decode_cycle(ByteView bytes) {
  return decode_record<CycleRecord>(bytes, "cycle", [](codec::Reader& in, CycleRecord& r) {
    r.state = decode_between(in, CycleState::Closed, CycleState::Settled);
    r.closed_at = in.timestamp();
    r.closed_by = decode_position(in);
    r.header = in.optional<Hash>(decode_fixed<Hash>);
    r.call_day = in.timestamp();
    r.currencies = in.list<CyclePositions>(limits::kCurrenciesMax, decode_positions);
    require_ascending(in, r.currencies, [](const CyclePositions& p) { return p.currency; });
  });
}

Result<void> put_cycle(StateDelta& delta, std::uint32_t cycle, const CycleRecord& record) {
  codec::Writer out = begin_record();
  encode_enum(out, record.state);
  out.timestamp(record.closed_at);
  encode_position(out, record.closed_by);
  out.optional(record.header, encode_fixed<Hash>);
  out.timestamp(record.call_day);
  out.list(record.currencies, encode_positions);
  return delta.put(cycle_key(cycle), std::move(out).take());
}

Result<std::optional<ChangeRecord>> find_change(const StateView& view, MerchantId proposer) {
  TRY(const std::optional<Bytes> bytes, view.find(change_key(proposer)));
  return decode_found(bytes, decode_change);
}

Result<ChangeRecord> decode_change(ByteView bytes) {
  return decode_record<ChangeRecord>(bytes, "change", [](codec::Reader& in, ChangeRecord& r) {
    tally::decode(in, r.proposal);
    r.proposed_at = in.timestamp();
    r.voices = decode_numbers<MerchantId>(in, limits::kValidatorsMax);
    r.active_from = in.number<Height>();
  });
}

Result<void> put_change(StateDelta& delta, MerchantId proposer, const ChangeRecord& record) {
  codec::Writer out = begin_record();
  tally::encode(out, record.proposal);
  out.timestamp(record.proposed_at);
  out.list(record.voices, [](codec::Writer& w, MerchantId id) { w.number(id); });
  out.number(record.active_from);
  return delta.put(change_key(proposer), std::move(out).take());
}

Result<void> erase_change(StateDelta& delta, MerchantId proposer) {
  return delta.erase(change_key(proposer));
}

}  // namespace tally::state
