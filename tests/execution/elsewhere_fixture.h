// A ledger of four merchants, as the vectors have them: A with points that others take and give, B
// with a programme of its own, C without one.
#pragma once

#include <tally/state/exposure.h>
#include <tally/state/settlement.h>

#include "support/test_ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace tally::execution {

inline constexpr MerchantId kA{1};
inline constexpr MerchantId kB{2};
inline constexpr MerchantId kC{3};
inline const Currency kEuro = test::currency("EUR");
/// A year ahead.
inline constexpr Timestamp kLater = test::kStart.plus(Duration(365 * kDay.milliseconds()));

class Elsewhere : public testing::Test {
 protected:
  Elsewhere() : member_key_(test::key_from_seed(77)), ledger_(test::a_genesis(4)) {}

  /// 1 point of A pays a cent, from one point on; one operator may adjust a lot.
  static Programme programme_of_a() {
    Programme programme = test::a_programme("Miles", kA);
    programme.redeem.price_points = test::points(1);
    programme.redeem.price_money = test::money(1);
    programme.redeem.minimum = test::points(1);
    programme.redeem.step = test::points(1);
    programme.adjust.alone_per_day = test::points(1'000'000);
    return programme;
  }

  /// A and B in force, A's quote as the vectors have it, and member 1 of A's, with a key of the
  /// member's own. A may owe 1,000,000.00.
  void start(const Programme& a = programme_of_a(),
             const Programme& b = test::a_programme("Points", kB)) {
    ASSERT_EQ(publish(kA, a), Outcome::Accepted);
    ASSERT_EQ(publish(kB, b), Outcome::Accepted);
    ASSERT_EQ(run(test::a_quote().at(kA).until(kLater)).outcome, Outcome::Accepted);
    const auto enrolment =
        test::an_enrol().at(kA).by(kA).of(test::member(1)).member_key(member_key_.public_key());
    ASSERT_EQ(agreed(enrolment), Outcome::Accepted);
    set_cap(kA, 1'000'000'00);
  }

  Outcome publish(MerchantId merchant, const Programme& programme) {
    auto publication = test::a_publication().programme(programme).by(merchant);
    for (const MerchantId named : {kA, kB, kC})
      if (named != merchant)
        publication.consented_by(ledger_.chain.keys[named.value() - 1].operator_key,
                                 ledger_.chain.id);
    return run(publication).outcome;
  }

  void give(std::int64_t amount, std::uint64_t n = 1) {
    ASSERT_EQ(run(test::an_adjust().at(kA).by(kA).of(test::member(n)).credit(amount)).outcome,
              Outcome::Accepted);
  }

  template <typename Builder>
  const Receipt& run(Builder builder) {
    request_ = next_request_++;
    last_ =
        ledger_.run(builder.request(request_).valid_until(ledger_.next_time().plus(kHour)).build());
    return last_;
  }
  /// With the member's own signature.
  template <typename Builder>
  Outcome agreed(Builder builder) {
    return run(builder.consented_by(member_key_, ledger_.chain.id)).outcome;
  }
  /// Of A's points, at B unless it is said.
  static test::RedeemBuilder at_b() { return test::a_redeem().at(kA).by(kB); }
  static test::HoldBuilder hold_at_b() { return test::a_hold().at(kA).by(kB); }

  /// What is written beside the ledger's own rules, because nothing here is about it.
  template <typename Write>
  void write(Write write) {
    state::StateDelta delta(ledger_.view);
    write(delta);
    ledger_.root.apply(ledger_.root.prepare(delta));
    ledger_.view.commit(delta, ledger_.header.height);
  }
  static MicroUnits cents(std::int64_t n) { return MicroUnits::from(n * 10'000).value(); }
  void set_cap(MerchantId debtor, std::int64_t minor) {
    write([&](state::StateDelta& delta) {
      state::Exposure exposure = state::find_exposure(delta, debtor, kEuro).value();
      exposure.cap = cents(minor);
      EXPECT_TRUE(state::put_exposure(delta, debtor, kEuro, exposure).ok());
    });
  }
  /// As if so much were owed already.
  void set_owed(MerchantId debtor, std::int64_t micro) {
    write([&](state::StateDelta& delta) {
      state::Exposure exposure = state::find_exposure(delta, debtor, kEuro).value();
      exposure.owed = MicroUnits::from(micro).value();
      EXPECT_TRUE(state::put_exposure(delta, debtor, kEuro, exposure).ok());
    });
  }
  void set_issuer(MerchantId issuer, const state::IssuerRecord& record) {
    write([&](state::StateDelta& delta) {
      EXPECT_TRUE(state::put_issuer(delta, issuer, record).ok());
    });
  }

  /// In micro-units.
  [[nodiscard]] std::int64_t owed(MerchantId debtor, MerchantId creditor) const {
    const std::uint32_t cycle = state::cycle_of(ledger_.header.ledger_time);
    return state::find_owed(ledger_.view, kEuro, cycle, debtor, creditor).value().value();
  }
  [[nodiscard]] state::Exposure exposure(MerchantId debtor) const {
    return state::find_exposure(ledger_.view, debtor, kEuro).value();
  }
  [[nodiscard]] std::int64_t available() const { return ledger_.available(1); }
  [[nodiscard]] std::int64_t sum(LineKind kind) const {
    std::int64_t points = 0;
    for (const ReceiptLine& line : last_.lines)
      if (line.kind == kind) points += line.points.value();
    return points;
  }

  crypto::PrivateKey member_key_;
  test::TestLedger ledger_;
  Receipt last_;
  std::uint64_t request_ = 0;  ///< of the last one
  std::uint64_t next_request_ = 1;
};

}  // namespace tally::execution
