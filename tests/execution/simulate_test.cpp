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

TEST_F(Simulating, RefusesWhatTheDoorRefuses) {
  Transaction malformed = earn();
  malformed.request_id.clear();

  const auto result =
      simulate(malformed, ledger_.operator_of(kCafe).id(), ledger_.header, ledger_.view);

  EXPECT_EQ(result.error().code, ErrorCode::Malformed);
}

}  // namespace
}  // namespace tally::execution
