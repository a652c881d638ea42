// Counts what arises, closes cycles as the page on loyalty says, and compares.
#include "simulation/oracles_settlement.h"

#include <tally/state/account.h>
#include <tally/state/hold.h>
#include <tally/state/programme_record.h>

#include <algorithm>

namespace tally::sim {
namespace {

constexpr std::uint64_t kDayMs = 86'400'000;
constexpr Duration kCallDay(5 * kDayMs);
constexpr Duration kDispute(10 * kDayMs);

/// Weeks since the first Monday of 1970, which was its fifth day.
std::uint32_t week_of(Timestamp t) {
  return static_cast<std::uint32_t>((t.milliseconds() - 4 * kDayMs) / (7 * kDayMs));
}
Timestamp start_of(std::uint32_t week) {
  return Timestamp(4 * kDayMs + std::uint64_t{week} * 7 * kDayMs);
}

std::string number(MerchantId merchant) {
  return std::to_string(merchant.value());
}

const state::Payment* find(const state::CycleRecord& record, const Obligation& obligation) {
  for (const state::CyclePositions& positions : record.currencies)
    for (const state::Payment& payment : positions.payments)
      if (positions.currency == obligation.currency && payment.debtor == obligation.debtor &&
          payment.creditor == obligation.creditor)
        return &payment;
  return nullptr;
}

bool is_over(const state::Payment& payment) {
  return payment.state == state::PaymentState::Confirmed ||
         payment.state == state::PaymentState::Drawn;
}

/// Whether somebody else than the account's issuer pays for the points of this line.
bool is_funded(const ReceiptLine& line) {
  return line.funder.kind == FunderKind::Merchant &&
         line.funder.name != test::name_of_merchant(line.account.programme);
}

}  // namespace

SettlementOracle::SettlementOracle(const Chain& chain, Verdict& verdict)
    : chain_(chain), verdict_(verdict) {}

void SettlementOracle::fail(const std::string& what) {
  verdict_.fail("I6", "after height " + std::to_string(height_.value()) + " " + what);
}

void SettlementOracle::require(Wide is, Wide expected, const std::string& what) {
  if (is == expected) return;
  fail(what + ": " + std::to_string(static_cast<std::int64_t>(is)) + "; expected " +
       std::to_string(static_cast<std::int64_t>(expected)));
}

std::int64_t SettlementOracle::minor_unit(Currency currency) const {
  for (const CurrencyUnit& unit : chain_.keys().genesis.content.currencies) {
    if (unit.code != currency) continue;
    std::int64_t micro_units = 1;
    for (std::uint8_t place = unit.exponent; place < 6; ++place)
      micro_units *= 10;
    return micro_units;
  }
  return 1;
}

void SettlementOracle::on_block(const node::LedgerEffects& effects,
                                const std::map<Hash, Transaction>& asked,
                                const storage::Snapshot& after) {
  height_ = effects.header.height;
  for (const Receipt& receipt : effects.receipts) {
    if (receipt.outcome != Outcome::Accepted) {
      if (!receipt.obligations.empty()) fail("a refused transaction makes somebody owe");
      continue;
    }
    const auto found = asked.find(receipt.request_digest);
    check_lines(receipt, found == asked.end() ? nullptr : &found->second);
    count(receipt, effects.header);
  }
  Written written;
  read(after, written);
  check_owed(written);
  check_cycles(written);
  check_exposures(written);
  check_exchanged(written);
  last_ = std::move(written);
}

// What receipts come to.

void SettlementOracle::count(const Receipt& receipt, const consensus::Header& header) {
  for (const Obligation& obligation : receipt.obligations) {
    const Wide amount = obligation.amount.value();
    const std::uint32_t cycle = cycle_of(obligation, receipt, header);
    if (closed_.contains(cycle)) fail("something arises in a cycle that is closed");
    arisen_[{obligation.currency, cycle}][{obligation.debtor, obligation.creditor}] += amount;
    owed_[{obligation.debtor, obligation.currency}] += amount;
  }
  count_lines(receipt);
  if (receipt.kind == ActionKind::CloseCycle) close(receipt.cycle.value(), header.ledger_time);
}

void SettlementOracle::count_lines(const Receipt& receipt) {
  for (const ReceiptLine& line : receipt.lines) {
    if (line.kind == LineKind::ExchangedOut)
      exchanged_[line.account.programme].out += line.points.value();
    if (line.kind == LineKind::ExchangedIn)
      exchanged_[line.account.programme].in += line.points.value();
    if (line.kind == LineKind::Pended && is_funded(line) && receipt.funded_at.has_value())
      waiting_.emplace(line.lot, *receipt.funded_at);
  }
}

/// The cycle of the instant at which it takes effect: of a transaction the block's, of what falls
/// due its own deadline, which a jump of the clock leaves behind.
std::uint32_t SettlementOracle::cycle_of(const Obligation& obligation, const Receipt& receipt,
                                         const consensus::Header& header) const {
  if (obligation.reason == ObligationReason::Rounded) return receipt.cycle.value_or(0);
  if (receipt.kind != ActionKind::Due) return week_of(header.ledger_time);
  if (obligation.reason == ObligationReason::Unpaid)
    return week_of(drawn_at(obligation, receipt.cycle.value_or(0), header));
  for (const ReceiptLine& line : receipt.lines)
    if (line.kind == LineKind::Activated) return week_of(line.available_at);
  return week_of(header.ledger_time);
}

/// By what the block before left: a payment that is disputed is drawn by a decision, at once, or
/// ten days after the call day; any other one at the call day. Never in a cycle that is closed.
Timestamp SettlementOracle::drawn_at(const Obligation& obligation, std::uint32_t cycle,
                                     const consensus::Header& header) const {
  const auto closed = closed_.find(cycle);
  if (closed == closed_.end()) return header.ledger_time;
  Timestamp at = closed->second.at.plus(kCallDay);
  const auto record = last_.cycles.find(cycle);
  const state::Payment* const payment =
      record == last_.cycles.end() ? nullptr : find(record->second, obligation);
  if (payment != nullptr && payment->state == state::PaymentState::Disputed) {
    at = at.plus(kDispute);
    for (const auto& [proposer, change] : last_.changes) {
      const auto* const decision = std::get_if<DecidePayment>(&change.proposal.change);
      if (decision == nullptr || change.active_from == Height() || change.active_from > height_)
        continue;
      if (decision->cycle == cycle && decision->debtor == obligation.debtor &&
          decision->creditor == obligation.creditor && !decision->paid)
        at = header.ledger_time;
    }
  }
  return std::max(at, start_of(closed_.rbegin()->first + 1));
}

void SettlementOracle::close(std::uint32_t cycle, Timestamp at) {
  Closed closed;
  closed.at = at;
  if (at < start_of(cycle + 1)) fail("a cycle is closed that is not over");
  if (!closed_.empty()) closed.before = closed_.rbegin()->first;
  if (closed.before >= std::optional(cycle)) fail("a cycle is closed after a later one");
  for (const CurrencyUnit& unit : chain_.keys().genesis.content.currencies) {
    Amounts owed;  // by the lower merchant of a pair
    for (const auto& [pair, amount] : arisen_[{unit.code, cycle}]) {
      const auto& [debtor, creditor] = pair;
      owed[std::minmax(debtor, creditor)] += debtor < creditor ? amount : -amount;
    }
    if (closed.before.has_value())
      for (const auto& [pair, amount] : closed_.at(*closed.before).balanced[unit.code].carry)
        owed[pair] += amount;
    Balanced& balanced = closed.balanced[unit.code];
    for (const auto& [pair, amount] : owed) {
      balanced.due[pair] = amount / minor_unit(unit.code);  // towards 0
      balanced.carry[pair] = amount % minor_unit(unit.code);
    }
  }
  closed_.emplace(cycle, std::move(closed));
}

// What lines come to.

void SettlementOracle::check_lines(const Receipt& receipt, const Transaction* asked) {
  if (receipt.kind != ActionKind::Reverse) check_funded(receipt);
  if (asked == nullptr) return;
  if (receipt.kind == ActionKind::Reverse)
    check_given_back(receipt, asked->merchant);
  else
    check_spent(receipt, asked->merchant);
}

SettlementOracle::Wide SettlementOracle::sum_of(const Receipt& receipt,
                                                ObligationReason reason) const {
  Wide sum = 0;
  for (const Obligation& obligation : receipt.obligations)
    if (obligation.reason == reason) sum += obligation.amount.value();
  return sum;
}

/// Points that leave to another merchant are owed for, each at one price.
void SettlementOracle::check_spent(const Receipt& receipt, MerchantId merchant) {
  Wide spent = 0;
  for (const ReceiptLine& line : receipt.lines) {
    const bool is_paid = line.kind == LineKind::Redeemed || line.kind == LineKind::Captured;
    if (line.kind == LineKind::ExchangedOut || (is_paid && line.account.programme != merchant))
      spent += line.points.value();
  }
  const Wide owed =
      sum_of(receipt, ObligationReason::Redeemed) + sum_of(receipt, ObligationReason::Exchanged);
  if (spent == 0) return require(owed, 0, "nothing was spent elsewhere, and is owed for");
  const Wide price = owed / spent;
  if (price <= 0 || price > 1'000'000'000 || price * spent != owed)
    return fail("what is owed for " + std::to_string(static_cast<std::int64_t>(spent)) +
                " points spent elsewhere has no price for a point: " +
                std::to_string(static_cast<std::int64_t>(owed)));
  prices_.emplace(receipt.position, static_cast<std::int64_t>(price));
}

/// What comes back of them is owed no more, at the price of then.
void SettlementOracle::check_given_back(const Receipt& receipt, MerchantId merchant) {
  Wide given_back = 0;
  for (const ReceiptLine& line : receipt.lines)
    if (line.kind == LineKind::GivenBack && line.account.programme != merchant)
      given_back += line.points.value();
  Wide taken_back = 0;
  for (const Obligation& obligation : receipt.obligations) {
    if (obligation.reason != ObligationReason::Redeemed) continue;
    const auto price = prices_.find(obligation.origin.value_or(Position()));
    if (price == prices_.end()) return fail("a return names a price that never was");
    taken_back -= obligation.amount.value() / price->second;
  }
  require(taken_back, given_back, "points given back elsewhere that are owed no more");
}

/// Points that somebody else pays for are owed for once they can be used. Not of a return, whose
/// lines do not say which claim they met.
void SettlementOracle::check_funded(const Receipt& receipt) {
  Wide expected = 0;
  for (const ReceiptLine& line : receipt.lines) {
    if (!is_funded(line)) continue;
    std::optional<PointPrice> price;
    if (line.kind == LineKind::Earned) price = receipt.funded_at;
    if (const auto lot = waiting_.find(line.lot);
        line.kind == LineKind::Activated && lot != waiting_.end())
      price = lot->second;
    if (price.has_value()) expected += Wide{line.points.value()} * price->micro_units;
  }
  require(sum_of(receipt, ObligationReason::Funded), expected, "what funders owe for points");
}

// What is written.

void SettlementOracle::read(const storage::Snapshot& after, Written& written) {
  const Result<void> done = after.for_each_record([&](const state::RecordKey& key, ByteView bytes) {
    read_record(key, bytes, written);
    return true;
  });
  if (!done.ok()) fail("records cannot be read: " + done.error().message);
}

void SettlementOracle::read_record(const state::RecordKey& key, ByteView bytes, Written& written) {
  codec::Reader in(ByteView(key.bytes).subspan(1));
  const auto reserve = [&](const std::optional<state::Reservation>& reserved, Points points) {
    if (reserved.has_value())
      written.reserved[{reserved->debtor, reserved->currency}] +=
          Wide{points.value()} * reserved->price;
  };
  const auto reserve_waiting = [&](const std::vector<state::PendingLot>& waiting) {
    for (const state::PendingLot& pending : waiting)
      reserve(pending.reserved, pending.lot.remaining);
  };
  switch (key.kind()) {
    case state::RecordKind::Owed: {
      const auto currency = in.fixed<Currency>();
      const std::uint32_t cycle = in.u32();
      const auto debtor = in.number<MerchantId>();
      const auto creditor = in.number<MerchantId>();
      written.owed[{currency, cycle}][{debtor, creditor}] =
          state::decode_owed(bytes).value().value();
      return;
    }
    case state::RecordKind::Exposure: {
      const auto debtor = in.number<MerchantId>();
      written.exposures[{debtor, in.fixed<Currency>()}] = state::decode_exposure(bytes).value();
      return;
    }
    case state::RecordKind::Cycle:
      written.cycles.emplace(in.u32(), state::decode_cycle(bytes).value());
      return;
    case state::RecordKind::Change:
      written.changes.emplace(in.number<MerchantId>(), state::decode_change(bytes).value());
      return;
    case state::RecordKind::Totals: {
      const state::Totals totals = state::decode_totals(bytes).value();
      written.exchanged[in.number<MerchantId>()] = {totals.exchanged_out.value(),
                                                    totals.exchanged_in.value()};
      return;
    }
    case state::RecordKind::Hold: {
      const state::HoldRecord hold = state::decode_hold(bytes).value();
      if (hold.state == state::HoldState::Open) reserve(hold.reserved, hold.points);
      return;
    }
    case state::RecordKind::Account:
      return reserve_waiting(state::decode_account(bytes).value().waiting.first_page);
    case state::RecordKind::Lots:
      return reserve_waiting(state::decode_lots_page(bytes).value().waiting);
    default:
      return;
  }
}

void SettlementOracle::check_owed(const Written& written) {
  const auto without_zeros = [](auto owed) {
    for (auto& [where, amounts] : owed)
      std::erase_if(amounts, [](const auto& amount) { return amount.second == 0; });
    std::erase_if(owed, [](const auto& amounts) { return amounts.second.empty(); });
    return owed;
  };
  const auto counted = without_zeros(arisen_);
  const auto stored = without_zeros(written.owed);
  if (counted == stored) return;
  for (const auto& side : {counted, stored})
    for (const auto& [where, amounts] : side)
      for (const auto& [pair, amount] : amounts) {
        const auto of = [&](const auto& table) {
          const auto found = table.find(where);
          return found == table.end() || !found->second.contains(pair) ? Wide{0}
                                                                       : found->second.at(pair);
        };
        require(of(stored), of(counted),
                number(pair.first) + " owes " + number(pair.second) + " of cycle " +
                    std::to_string(where.second) + " by its record");
      }
}

void SettlementOracle::check_cycles(const Written& written) {
  if (written.cycles.size() != closed_.size()) fail("another number of cycles is closed");
  for (const auto& [cycle, record] : written.cycles) {
    const auto found = closed_.find(cycle);
    if (found == closed_.end()) return fail("a cycle is closed by nobody");
    const std::string where = "cycle " + std::to_string(cycle);
    for (auto& [currency, balanced] : found->second.balanced) {
      const auto positions =
          std::ranges::find(record.currencies, currency, &state::CyclePositions::currency);
      const bool has_positions = positions != record.currencies.end();
      check_positions(where, has_positions ? *positions : state::CyclePositions(), balanced);
      if (has_positions && record.state != state::CycleState::Closed)
        check_payments(where, *positions);
    }
    const bool is_paid =
        record.state != state::CycleState::Closed &&
        std::ranges::all_of(record.currencies, [](const state::CyclePositions& positions) {
          return std::ranges::all_of(positions.payments, is_over);
        });
    require(record.state == state::CycleState::Settled ? 1 : 0, is_paid ? 1 : 0,
            where + " is settled, where all is paid");
    if (record.state == state::CycleState::Settled) settle(cycle, found->second);
  }
}

void SettlementOracle::check_positions(const std::string& where,
                                       const state::CyclePositions& positions,
                                       const Balanced& balanced) {
  Balanced listed;
  for (const state::PairBalance& pair : positions.pairs) {
    const Pair key = std::minmax(pair.debtor, pair.creditor);
    const int sign = pair.debtor < pair.creditor ? 1 : -1;
    listed.due[key] += sign * Wide{pair.due};
    listed.carry[key] += sign * Wide{pair.carry.value()};
  }
  std::map<MerchantId, Wide> nets;
  for (const auto& [pair, due] : balanced.due) {
    const std::string who = where + ", " + number(pair.first) + " to " + number(pair.second);
    require(listed.due[pair], due, who + " is due");
    require(listed.carry[pair], balanced.carry.at(pair), who + " is carried");
    nets[pair.first] -= due;
    nets[pair.second] += due;
  }
  for (const auto& [pair, due] : listed.due)
    if (!balanced.due.contains(pair)) fail(where + " lists a pair that owes nothing");
  Wide sum = 0;
  for (const state::NetPosition& net : positions.nets) {
    sum += net.minor_units;
    require(net.minor_units, nets[net.merchant], where + ", net of " + number(net.merchant));
    nets.erase(net.merchant);
  }
  require(sum, 0, where + ", all nets");
  for (const auto& [merchant, net] : nets)
    require(0, net, where + ", net of " + number(merchant) + ", which is not listed");
}

void SettlementOracle::check_payments(const std::string& where,
                                      const state::CyclePositions& positions) {
  std::map<MerchantId, Wide> left;
  for (const state::NetPosition& net : positions.nets)
    left[net.merchant] += net.minor_units;
  for (const state::Payment& payment : positions.payments) {
    if (payment.minor_units <= 0) fail(where + " has a payment of nothing");
    left[payment.debtor] += payment.minor_units;
    left[payment.creditor] -= payment.minor_units;
  }
  for (const auto& [merchant, rest] : left)
    require(rest, 0, where + ", left of the net of " + number(merchant) + " by the payments");
  if (!positions.payments.empty() && positions.payments.size() >= positions.nets.size())
    fail(where + " has as many payments as merchants");
}

/// What arose in it, and the carries that it took up, are owed no more; its own are.
void SettlementOracle::settle(std::uint32_t cycle, Closed& closed) {
  if (closed.is_settled) return;
  closed.is_settled = true;
  const auto owe_carries = [&](Closed& of, int times) {
    for (const auto& [currency, balanced] : of.balanced)
      for (const auto& [pair, amount] : balanced.carry)
        owed_[{amount > 0 ? pair.first : pair.second, currency}] +=
            times * (amount > 0 ? amount : -amount);
  };
  for (const auto& [where, amounts] : arisen_)
    if (where.second == cycle)
      for (const auto& [pair, amount] : amounts)
        owed_[{pair.first, where.first}] -= amount;
  owe_carries(closed, 1);
  if (closed.before.has_value()) owe_carries(closed_.at(*closed.before), -1);
}

void SettlementOracle::check_exposures(const Written& written) {
  for (const auto& [account, owed] : owed_)
    if (owed != 0 && !written.exposures.contains(account))
      fail(number(account.first) + " owes, and has no exposure");
  for (const auto& [account, reserved] : written.reserved)
    if (reserved != 0 && !written.exposures.contains(account))
      fail("something is reserved of " + number(account.first) + ", and it has no exposure");
  for (const auto& [account, exposure] : written.exposures) {
    const auto of = [&](const auto& sums) {
      const auto found = sums.find(account);
      return found == sums.end() ? Wide{0} : found->second;
    };
    require(exposure.owed.value(), of(owed_), "what " + number(account.first) + " owes in all");
    require(exposure.reserved.value(), of(written.reserved),
            "what is reserved of " + number(account.first));
  }
}

void SettlementOracle::check_exchanged(const Written& written) {
  for (const auto& [programme, counted] : exchanged_) {
    const auto found = written.exchanged.find(programme);
    const Exchanged stored = found == written.exchanged.end() ? Exchanged() : found->second;
    require(stored.out, counted.out, "points exchanged out of " + number(programme));
    require(stored.in, counted.in, "points exchanged into " + number(programme));
  }
}

}  // namespace tally::sim
