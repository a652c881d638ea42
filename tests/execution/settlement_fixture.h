// A ledger of four merchants that come to owe each other, cycle by cycle.
#pragma once

#include <tally/state/exposure.h>
#include <tally/state/issuer.h>
#include <tally/state/settlement.h>

#include "support/settlement_builders.h"
#include "support/test_ledger.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace tally::execution {

/// kStart is a Monday, 00:00: the first cycle begins with the chain.
class SettlementLedger : public testing::Test {
 protected:
  static constexpr MerchantId kA{1};
  static constexpr MerchantId kB{2};
  static constexpr MerchantId kC{3};
  static constexpr MerchantId kD{4};

  /// Enters what no kind of transaction has to make here, past the laws.
  void owes(MerchantId debtor, MerchantId creditor, std::int64_t micro_units,
            std::optional<Position> origin = std::nullopt) {
    Receipt receipt;
    const Obligation obligation{
        debtor, creditor, kEuro, MicroUnits::from(micro_units).value(), ObligationReason::Redeemed,
        origin};
    write([&](StateDelta& delta) {
      EXPECT_TRUE(state::owe(delta, receipt, obligation, now()).value());
    });
  }
  void owes_units(MerchantId debtor, MerchantId creditor, std::int64_t units) {
    owes(debtor, creditor, units * 1'000'000);
  }
  /// In cents.
  void lay_collateral(MerchantId debtor, std::int64_t minor_units) {
    write([&](StateDelta& delta) {
      auto exposure = state::find_exposure(delta, debtor, kEuro).value();
      exposure.collateral = MicroUnits::from(minor_units * 10'000).value();
      EXPECT_TRUE(state::put_exposure(delta, debtor, kEuro, exposure).ok());
    });
  }
  template <typename Write>
  void write(Write what) {
    StateDelta delta(ledger_.view);
    what(delta);
    ledger_.root.apply(ledger_.root.prepare(delta));
    ledger_.view.commit(delta, ledger_.header.height);
  }

  template <typename Builder>
  Transaction valid(Builder builder) {
    return builder.request(next_request_++).valid_until(now().plus(kHour)).build();
  }
  template <typename Builder>
  Outcome run(Builder builder) {
    const Transaction transaction = valid(std::move(builder));
    const Result<void> well_formed = check_form(transaction);
    EXPECT_TRUE(well_formed.ok()) << well_formed.error().message;
    return ledger_.run(transaction).outcome;
  }
  /// What fell due in a block without transactions.
  std::vector<Receipt> pass_block() { return ledger_.run_block({}); }
  std::vector<Receipt> block_at(Timestamp t) {
    ledger_.at(t);
    return pass_block();
  }

  Outcome close(std::uint32_t cycle) { return run(test::a_close_of_cycle(cycle)); }
  /// Closes `cycle` as soon as it is over, and gives the block that lists its payments.
  std::vector<Receipt> settle_up(std::uint32_t cycle) {
    ledger_.at(std::max(now(), state::start_of_cycle(cycle + 1)));
    EXPECT_EQ(close(cycle), Outcome::Accepted);
    return pass_block();
  }
  Outcome confirm(std::uint32_t cycle, MerchantId debtor, MerchantId creditor) {
    return run(test::a_confirmation(cycle, debtor).by(creditor));
  }
  Outcome dispute(std::uint32_t cycle, MerchantId debtor, MerchantId creditor) {
    return run(test::a_dispute(cycle, creditor).by(debtor));
  }
  /// `voices` merchants want it, the first of them proposes it; the next block does it.
  void decide(const Change& change, const std::vector<MerchantId>& voices) {
    const ProposeChange proposal{{}, change};
    EXPECT_EQ(run(test::a_proposal(change).by(voices.front())), Outcome::Accepted);
    for (std::size_t i = 1; i < voices.size(); ++i)
      EXPECT_EQ(run(test::an_approval(voices.front(), proposal).by(voices[i])), Outcome::Accepted);
  }

  [[nodiscard]] Timestamp now() const { return ledger_.next_time(); }
  [[nodiscard]] std::uint32_t this_cycle() const { return state::cycle_of(now()); }
  [[nodiscard]] state::CycleRecord cycle(std::uint32_t number) const {
    return state::find_cycle(ledger_.view, number).value().value();
  }
  /// Of the cycle, in euros.
  [[nodiscard]] state::CyclePositions positions(std::uint32_t number) const {
    const auto record = cycle(number);
    EXPECT_EQ(record.currencies.size(), 1U);
    return record.currencies.at(0);
  }
  [[nodiscard]] state::Payment payment(std::uint32_t number, std::size_t n = 0) const {
    return positions(number).payments.at(n);
  }
  [[nodiscard]] state::Exposure exposure(MerchantId debtor) const {
    return state::find_exposure(ledger_.view, debtor, kEuro).value();
  }
  [[nodiscard]] std::int64_t owed(MerchantId debtor) const { return exposure(debtor).owed.value(); }
  [[nodiscard]] state::IssuerState issuer(MerchantId merchant) const {
    return state::find_issuer(ledger_.view, merchant).value().state;
  }

  const Currency kEuro = test::currency("EUR");
  test::TestLedger ledger_{test::a_genesis(4)};
  std::uint64_t next_request_ = 500;
};

}  // namespace tally::execution
