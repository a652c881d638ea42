// Simulate: the receipt of the next block, and no change.
#include "support/test_ledger.h"

#include <gtest/gtest.h>

namespace tally::execution {
namespace {

using test::an_earn;
using test::kCafe;
using test::TestLedger;

class Simulating : public testing::Test {
 protected:
  Simulating() { ledger_.enrol(1); }
  Transaction earn() const {
    return an_earn().request(5).valid_until(ledger_.next_time().plus(kHour)).build();
  }

  TestLedger ledger_;
};

TEST_F(Simulating, GivesTheReceiptThatSubmitGivesNext_I05) {
  const auto records = ledger_.view.records();

  const Receipt expected =
      simulate(earn(), ledger_.operator_of(kCafe).id(), ledger_.header, ledger_.view)
          .value()
          .receipt;

  EXPECT_EQ(ledger_.view.records(), records);
  EXPECT_EQ(ledger_.at(ledger_.header.time).run(earn()), expected);
}

TEST_F(Simulating, AsksNoSignatureOfATerminalThatHasNone) {
  const crypto::PrivateKey till = test::key_from_seed(10);
  ledger_.run(test::a_key_registration()
                  .key(till.public_key())
                  .purpose(Purpose::Tls)
                  .request(9)
                  .valid_until(ledger_.next_time().plus(kHour))
                  .build());
  const auto outcome = [&](const crypto::PublicKey& key) {
    return simulate(earn(), key.id(), ledger_.header, ledger_.view)->receipt.outcome;
  };

  EXPECT_EQ(outcome(till.public_key()), Outcome::Accepted);
  EXPECT_EQ(outcome(ledger_.gateway_of(kCafe)), Outcome::NotPermitted);
  EXPECT_EQ(outcome(test::key_from_seed(99).public_key()), Outcome::NotPermitted);
}

TEST_F(Simulating, TellsHowManyPointsAreShort_I05) {
  ledger_.run(
      an_earn().total(10'000).request(6).valid_until(ledger_.next_time().plus(kHour)).build());
  const Transaction redeem = test::a_redeem()
                                 .exactly(150)
                                 .basket(1'000)
                                 .request(7)
                                 .valid_until(ledger_.next_time().plus(kHour))
                                 .build();

  const Simulated simulated =
      simulate(redeem, ledger_.operator_of(kCafe).id(), ledger_.header, ledger_.view).value();

  EXPECT_EQ(simulated.receipt.outcome, Outcome::InsufficientAvailable);
  EXPECT_EQ(simulated.missing.points, test::points(50));
  EXPECT_TRUE(simulated.missing.not_usable.empty());
}

class SimulatingGifts : public testing::Test {
 protected:
  SimulatingGifts() : ledger_(with_gifts()) {
    enrol(1);
    ledger_.at(ledger_.header.time.plus(Duration(10 * kDay.milliseconds())));
    enrol(2);
  }
  static crypto::PrivateKey key_of(std::uint64_t n) { return test::key_from_seed(70 + n); }
  void enrol(std::uint64_t n) {
    const crypto::PrivateKey key = key_of(n);
    const Transaction enrolment = test::an_enrol()
                                      .of(test::member(n))
                                      .member_key(key.public_key())
                                      .request(20 + n)
                                      .valid_until(ledger_.next_time().plus(kHour))
                                      .consented_by(key, ledger_.chain.id)
                                      .build();
    ASSERT_EQ(ledger_.run(enrolment).outcome, Outcome::Accepted);
  }
  static Programme with_gifts() {
    Programme programme = test::a_programme();
    programme.transfer.enabled = true;
    programme.transfer.cooling_off = Duration(7 * kDay.milliseconds());
    programme.earn.pending.span = Duration(14 * kDay.milliseconds());
    return programme;
  }
  Simulated gift(std::uint64_t from, std::uint64_t to) {
    const crypto::PrivateKey member_key = key_of(from);
    const Transaction transfer = test::a_transfer()
                                     .from(test::member(from))
                                     .to(test::member(to))
                                     .amount(50)
                                     .request(8)
                                     .valid_until(ledger_.next_time().plus(kHour))
                                     .consented_by(member_key, ledger_.chain.id)
                                     .build();
    return simulate(transfer, ledger_.operator_of(kCafe).id(), ledger_.header, ledger_.view)
        .value();
  }

  TestLedger ledger_;
};

TEST_F(SimulatingGifts, TellOfCoolingOffToTheSenderAlone) {
  const Simulated to_the_new_one = gift(1, 2);
  const Simulated from_the_new_one = gift(2, 1);

  EXPECT_EQ(to_the_new_one.receipt.outcome, Outcome::CoolingOff);
  EXPECT_EQ(to_the_new_one.missing, Missing()) << "when another enrolled is not the sender's";
  EXPECT_EQ(from_the_new_one.receipt.outcome, Outcome::CoolingOff);
  EXPECT_EQ(from_the_new_one.missing.not_before,
            ledger_.head(2)->enrolled_at.plus(Duration(7 * kDay.milliseconds())));
}

TEST_F(SimulatingGifts, TellWhenMorePointsCome) {
  ledger_.at(ledger_.header.time.plus(Duration(8 * kDay.milliseconds())));
  const Timestamp now = ledger_.next_time();
  const Receipt earned = ledger_.run(
      an_earn().total(12'000).event_time(now).request(6).valid_until(now.plus(kHour)).build());
  ASSERT_EQ(earned.outcome, Outcome::Accepted);

  const Simulated short_of = gift(1, 2);

  EXPECT_EQ(short_of.receipt.outcome, Outcome::InsufficientAvailable);
  EXPECT_EQ(short_of.missing.points, test::points(50));
  ASSERT_EQ(short_of.missing.not_usable.size(), 1U);
  EXPECT_EQ(short_of.missing.not_usable[0],
            (NotYetUsable{test::points(120), earned.lines[0].available_at, false}));
}

TEST_F(Simulating, RefusesWhatTheDoorRefuses) {
  Transaction malformed = earn();
  malformed.request_id.clear();

  const auto result =
      simulate(malformed, ledger_.operator_of(kCafe).id(), ledger_.header, ledger_.view);

  EXPECT_EQ(result.error().code, ErrorCode::Malformed);
}

}  // namespace
}  // namespace tally::execution
