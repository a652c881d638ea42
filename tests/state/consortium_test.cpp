// The consortium's records as genesis writes them, and each read back.
#include <tally/state/consortium.h>
#include <tally/state/programme_record.h>
#include <tally/state/receipt_log.h>

#include "support/builders.h"
#include "support/memory_view.h"

#include <gtest/gtest.h>

namespace tally::state {
namespace {

using test::currency;
using test::kBakery;
using test::kCafe;
using test::kStart;
using test::MemoryView;
using test::TestChain;

class ConsortiumTest : public testing::Test {
 protected:
  ConsortiumTest() : chain_(test::a_genesis(4)), delta_(view_) {
    EXPECT_TRUE(write_genesis(chain_.genesis.content, delta_).ok());
  }

  TestChain chain_;
  MemoryView view_;
  StateDelta delta_;
};

TEST_F(ConsortiumTest, KeepsGenesissParameters) {
  EXPECT_EQ(parameters(delta_).value(), chain_.genesis.content.parameters);
}

TEST_F(ConsortiumTest, KeepsTheValidatorSet) {
  EXPECT_EQ(validators(delta_).value(), epoch_of(chain_.genesis.content).validators);
  EXPECT_EQ(validators(delta_)->at(2).merchant, MerchantId(3));
}

TEST_F(ConsortiumTest, KnowsMerchantsAndCurrencies) {
  EXPECT_EQ(merchants(delta_)->size(), 4U);
  EXPECT_EQ(find_merchant(delta_, kBakery).value()->name, "Merchant 2");
  EXPECT_EQ(find_merchant(delta_, kBakery).value()->gateway_key,
            chain_.keys[1].gateway.public_key().id());
  EXPECT_EQ(find_merchant(delta_, MerchantId(9)).value(), std::nullopt);
  EXPECT_EQ(currency_exponent(delta_, currency("EUR")).value(), 2);
  EXPECT_EQ(currency_exponent(delta_, currency("USD")).value(), std::nullopt);
}

TEST_F(ConsortiumTest, RegistersGatewayAndOperatorOfEachMerchant) {
  const auto gateway = find_key(delta_, chain_.keys[0].gateway.public_key().id()).value();
  const auto an_operator = find_key(delta_, chain_.keys[0].operator_key.public_key().id()).value();

  ASSERT_TRUE(gateway.has_value() && an_operator.has_value());
  EXPECT_EQ(gateway->role, Role::Node);
  EXPECT_EQ(an_operator->role, Role::Operator);
  EXPECT_EQ(an_operator->merchant, kCafe);
  EXPECT_EQ(an_operator->purpose, Purpose::Sign);
  EXPECT_TRUE(an_operator->in_force(kStart));
  EXPECT_FALSE(an_operator->in_force(kStart.minus(Duration(1))));
}

TEST_F(ConsortiumTest, StartsWithAStandingClockAndAnEmptyLog) {
  EXPECT_EQ(clock(delta_).value(), (ClockRecord{true, Duration()}));
  EXPECT_EQ(receipt_log(delta_)->size(), 0U);
}

TEST_F(ConsortiumTest, ReadsBackTheLogOfReceipts) {
  crypto::MerklePeaks log;
  for (std::uint64_t h = 1; h <= 11; ++h)
    log.append(receipt_log_leaf(Height(h), Timestamp(h), Hash()));
  ASSERT_TRUE(put_receipt_log(delta_, log).ok());

  EXPECT_EQ(receipt_log(delta_)->size(), 11U);
  EXPECT_EQ(receipt_log(delta_)->root(), log.root());
}

TEST_F(ConsortiumTest, ReadsBackAKeyOfAMember) {
  KeyRecord key;
  key.key = test::key_from_seed(7).public_key();
  key.role = Role::Member;
  key.purpose = Purpose::Tls;
  key.member = test::member(7);
  key.limits = {test::points(500), Duration(9)};
  key.valid_from = Timestamp(3);
  key.valid_until = Timestamp(4);
  ASSERT_TRUE(put_key(delta_, key).ok());

  EXPECT_EQ(find_key(delta_, key.key.id()).value(), key);
}

TEST_F(ConsortiumTest, SaysCorruptWhereARecordIsMissingOrDamaged) {
  EXPECT_EQ(clock(view_).error().code, ErrorCode::Corrupt);

  view_.plant(consortium_key("clock"), {1, 1});
  EXPECT_EQ(clock(view_).error().code, ErrorCode::Corrupt);
}

TEST_F(ConsortiumTest, FindsTheVersionInForce) {
  EXPECT_EQ(programme_in_force(delta_, kCafe, Height(9)).value(), std::nullopt);
  MerchantRecord merchant = find_merchant(delta_, kCafe).value().value();
  for (const auto& [version, height] : {std::pair{1U, 5U}, std::pair{2U, 20U}, std::pair{3U, 8U}}) {
    ASSERT_TRUE(put_version(delta_, kCafe, {version, Height(height), test::a_programme()}).ok());
    merchant.programme_version = version;
    ASSERT_TRUE(put_merchant(delta_, kCafe, merchant).ok());
  }

  EXPECT_EQ(programme_in_force(delta_, kCafe, Height(4)).value(), std::nullopt);
  EXPECT_EQ(programme_in_force(delta_, kCafe, Height(5)).value()->version, 1U);
  EXPECT_EQ(programme_in_force(delta_, kCafe, Height(8)).value()->version, 3U);
  EXPECT_EQ(programme_in_force(delta_, kCafe, Height(30)).value()->version, 3U);
  EXPECT_EQ(find_version(delta_, kCafe, 2).value()->programme, test::a_programme());
  EXPECT_EQ(programme_in_force(delta_, MerchantId(9), Height(9)).value(), std::nullopt);
}

TEST_F(ConsortiumTest, ReadsBackTotals) {
  EXPECT_EQ(totals(delta_, kCafe).value(), Totals());
  Totals t;
  t.issued = test::points(21);
  t.available = test::points(1);
  t.held = test::points(2);
  t.pending = test::points(3);
  t.redeemed = test::points(4);
  t.expired = test::points(5);
  t.fees = test::points(6);
  t.transferred = test::points(7);
  t.members = 8;
  t.earns = 9;
  t.redemptions = 10;
  t.transfers = 11;
  ASSERT_TRUE(put_totals(delta_, kCafe, t).ok());

  EXPECT_EQ(totals(delta_, kCafe).value(), t);
}

}  // namespace
}  // namespace tally::state
