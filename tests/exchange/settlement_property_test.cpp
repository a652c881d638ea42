// Vector S07 and what holds for any settlement: random obligations over random cycles, of which
// some payments are confirmed, some disputed, some drawn from a collateral that may not be enough.
#include <tally/base/limits.h>

#include "exchange/settlement_world.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <numeric>
#include <set>
#include <tuple>

namespace tally::exchange {
namespace {

using state::CyclePositions;
using state::CycleRecord;
using state::CycleState;
using state::Payment;
using state::PaymentState;
__extension__ using Wide = __int128;

constexpr std::uint64_t kMerchants = 4;

/// Of one merchant in one currency, micro-units that are due to it less what it owes.
using Sums = std::map<std::pair<MerchantId, Currency>, Wide>;
/// What the debtor owes the creditor: (currency, debtor, creditor).
using Debts = std::map<std::tuple<Currency, MerchantId, MerchantId>, Wide>;

std::int64_t unit_of(Currency currency) {
  return currency == test::currency("JPY") ? 1'000'000 : 10'000;
}

/// A settlement beside one that is kept by plain sums.
class Story {
 public:
  void step() {
    switch (*rc::gen::weightedElement<int>({{6, 0}, {2, 1}, {2, 2}, {2, 3}, {1, 4}, {1, 5}})) {
      case 0:
        return arise();
      case 1:
        return pass();
      case 2:
        return close();
      case 3:
        return answer(false);
      case 4:
        return answer(true);
      default:
        return lay_collateral();
    }
  }

  void check() const {
    check_sums();
    check_exposures();
    for (const auto& [number, arisen] : arisen_)
      if (const auto record = world_.cycle(number)) check_cycle(*record);
  }

 private:
  static MerchantId any_merchant() {
    return MerchantId(static_cast<std::uint16_t>(*rc::gen::inRange<int>(1, kMerchants + 1)));
  }
  static Currency any_currency() {
    return *rc::gen::element(test::currency("EUR"), test::currency("JPY"));
  }

  void arise() {
    const MerchantId debtor = any_merchant();
    const MerchantId creditor = any_merchant();
    if (debtor == creditor) return;
    const Currency currency = any_currency();
    const auto amount = *rc::gen::inRange<std::int64_t>(-3'000'000, 8'000'000);
    world_.owes(debtor, creditor, currency, amount);
    originals_[{debtor, currency}] -= amount;
    originals_[{creditor, currency}] += amount;
    arisen_[state::cycle_of(world_.now)][{currency, debtor, creditor}] += amount;
  }

  /// What falls due by then; what the collateral did not cover arises anew.
  void pass() { begin_block(*rc::gen::inRange<std::uint64_t>(1, 9)); }

  void begin_block(std::uint64_t days) {
    const Timestamp then = world_.now.plus(Duration(days * kDay.milliseconds()));
    for (const Receipt& receipt : world_.begin_block(then)) {
      RC_ASSERT(receipt.cycle.has_value());
      const Timestamp call_day = world_.cycle(*receipt.cycle)->call_day;
      for (const Obligation& rest : receipt.obligations) {
        // As of the call day, or of the end of a dispute.
        const Timestamp late = call_day.plus(Duration(limits::kDisputeMs));
        const bool was_disputed =
            disputed_.contains({*receipt.cycle, rest.currency, rest.debtor, rest.creditor});
        const std::uint32_t cycle = state::cycle_of(was_disputed ? late : call_day);
        arisen_[cycle][{rest.currency, rest.debtor, rest.creditor}] += rest.amount.value();
      }
    }
  }

  void close() {
    const auto open = world_.settlement().open;
    if (open.empty()) return;
    const bool is_over = state::start_of_cycle(open.front() + 1) <= world_.now;
    const Outcome closed = world_.run(test::a_close_of_cycle(open.front()));
    RC_ASSERT(closed == (is_over ? Outcome::Accepted : Outcome::NotDue));
    if (is_over) begin_block(0);
  }

  /// The creditor of some payment confirms it, or its debtor disputes that it is due.
  void answer(bool disputes) {
    for (const std::uint32_t number : world_.settlement().closed) {
      const CycleRecord record = world_.cycle(number).value();
      for (const CyclePositions& positions : record.currencies) {
        for (const Payment& payment : positions.payments) {
          if (*rc::gen::inRange(0, 3) == 0) continue;
          if (disputes)
            dispute(number, positions.currency, payment);
          else
            confirm(number, positions.currency, payment);
        }
      }
    }
  }
  void dispute(std::uint32_t number, Currency currency, const Payment& payment) {
    test::GivenBuilder<DisputePayment> word({number, currency, payment.creditor, "R1"});
    if (world_.run(word.by(payment.debtor)) == Outcome::Accepted)
      disputed_.insert({number, currency, payment.debtor, payment.creditor});
  }
  void confirm(std::uint32_t number, Currency currency, const Payment& payment) {
    test::GivenBuilder<ConfirmPayment> word({number, currency, payment.debtor});
    const bool is_open =
        payment.state == PaymentState::Due || payment.state == PaymentState::Disputed;
    const Outcome confirmed = world_.run(word.by(payment.creditor));
    RC_ASSERT(confirmed == (is_open ? Outcome::Accepted : Outcome::NotDue));
  }

  void lay_collateral() {
    const auto amount = *rc::gen::inRange<std::int64_t>(0, 20'000'000);
    world_.lay_collateral(any_merchant(), any_currency(), amount);
  }

  // What must hold.

  static void move(Sums& sums, Currency currency, MerchantId debtor, MerchantId creditor,
                   Wide amount) {
    sums[{debtor, currency}] -= amount;
    sums[{creditor, currency}] += amount;
  }

  /// What arose at first = what was paid + what is to be paid + the last carries + what is open.
  void check_sums() const {
    Sums sums;
    const auto settlement = world_.settlement();
    for (const auto& [number, arisen] : arisen_) {
      const auto record = world_.cycle(number);
      if (!record.has_value()) {
        for (const auto& [pair, amount] : arisen)
          move(sums, std::get<0>(pair), std::get<1>(pair), std::get<2>(pair), amount);
        continue;
      }
      for (const CyclePositions& positions : record->currencies)
        add_closed(sums, *record, positions, number == settlement.last_closed);
    }
    std::erase_if(sums, [](const auto& sum) { return sum.second == 0; });
    Sums expected = originals_;
    std::erase_if(expected, [](const auto& sum) { return sum.second == 0; });
    RC_ASSERT(sums == expected);
  }
  static void add_closed(Sums& sums, const CycleRecord& record, const CyclePositions& positions,
                         bool is_last) {
    const Wide unit = unit_of(positions.currency);
    for (const Payment& payment : positions.payments) {
      const bool is_drawn = payment.state == PaymentState::Drawn;
      // The rest of a drawn one arose anew, and is counted there.
      const Wide amount = is_drawn ? payment.drawn : payment.minor_units;
      move(sums, positions.currency, payment.debtor, payment.creditor, amount * unit);
    }
    if (record.state == CycleState::Closed)
      for (const state::NetPosition& net : positions.nets)
        sums[{net.merchant, positions.currency}] += net.minor_units * unit;
    if (!is_last) return;
    for (const state::PairBalance& pair : positions.pairs)
      move(sums, positions.currency, pair.debtor, pair.creditor, pair.carry.value());
  }

  /// Each debtor's exposure: what arose in cycles that are not settled, and its carries, which are
  /// counted here by plain division.
  void check_exposures() const {
    std::map<std::pair<MerchantId, Currency>, Wide> owed;
    Debts carried;  // from the lower merchant's side
    for (const auto& [number, arisen] : arisen_) {
      const auto record = world_.cycle(number);
      const bool is_settled = record.has_value() && record->state == CycleState::Settled;
      for (const auto& [pair, amount] : arisen)
        if (!is_settled) owed[{std::get<1>(pair), std::get<0>(pair)}] += amount;
      if (!record.has_value()) continue;
      Debts balances = carried;
      for (const auto& [pair, amount] : arisen) {
        const auto& [currency, debtor, creditor] = pair;
        if (debtor < creditor)
          balances[{currency, debtor, creditor}] += amount;
        else
          balances[{currency, creditor, debtor}] -= amount;
      }
      for (auto& [pair, amount] : balances)
        amount %= unit_of(std::get<0>(pair));  // with the sign of the amount
      if (is_settled) {
        add_carries(owed, balances, 1);
        add_carries(owed, carried, -1);
      }
      carried = balances;
    }
    for (std::uint16_t id = 1; id <= kMerchants; ++id) {
      for (const char* const code : {"EUR", "JPY"}) {
        const auto said =
            state::find_exposure(world_.view, MerchantId(id), test::currency(code)).value();
        const auto counted = owed.find({MerchantId(id), test::currency(code)});
        RC_ASSERT(Wide{said.owed.value()} == (counted == owed.end() ? 0 : counted->second));
      }
    }
  }
  static void add_carries(std::map<std::pair<MerchantId, Currency>, Wide>& owed,
                          const Debts& carries, int times) {
    for (const auto& [pair, amount] : carries) {
      const auto& [currency, lower, higher] = pair;
      if (amount > 0) owed[{lower, currency}] += times * amount;
      if (amount < 0) owed[{higher, currency}] -= times * amount;
    }
  }

  static void check_cycle(const CycleRecord& record) {
    for (const CyclePositions& positions : record.currencies) {
      std::int64_t sum = 0;
      for (const state::NetPosition& net : positions.nets)
        sum += net.minor_units;
      RC_ASSERT(sum == 0);
      RC_ASSERT(positions.payments.size() + 1 <= std::max<std::size_t>(positions.nets.size(), 1));
    }
  }

  SettlementWorld world_;
  Sums originals_;  ///< of what arose but by a default
  std::map<std::uint32_t, Debts> arisen_;
  std::set<std::tuple<std::uint32_t, Currency, MerchantId, MerchantId>> disputed_;
};

// Over all cycles what was paid and what is carried is what was owed, to the micro-unit.
RC_GTEST_PROP(SettlementProperty, S07PaysAndCarriesWhatWasOwedAndNothingElse, ()) {
  Story story;
  const int steps = *rc::gen::inRange(10, 120);
  for (int i = 0; i < steps; ++i) {
    story.step();
    story.check();
  }
}

}  // namespace
}  // namespace tally::exchange
